import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { RunLedger } from "../../provider/run/ledger";
import { notRecreated } from "../expected/messages";
import { Lab, providerTypes } from "../fake-engine/lab";

// Each provider and each provider type has its own process. The processes of one run share its declarations, creates and deletions.

const args = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "33" });

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;

  beforeEach(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  });

  afterEach(() => lab.close());

  const names = () => Object.keys(lab.state()).sort();
  const idsAtPinterest = () =>
    lab.emulator
      .integrations()
      .map(({ external_business_id: id }) => id)
      .sort();

  describe("after a taint, a replacement with another ID", () => {
    const first = (externalBusinessId: string) => ({ ...args(externalBusinessId), account: "one" });
    const second = { ...args("shop"), account: "two" };

    beforeEach(async () => {
      lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({
        one: lab.emulator.token(),
        two: lab.emulator.issueToken("shop-1"),
      });
      lab.program({ first: first("shop"), second });
      await lab.up();
      lab.emulator.clearRequests();
      lab.taint("first");
    });

    test("keeps the integration for another resource that declares it", async () => {
      lab.program({ first: first("new"), second });
      await lab.up();
      expect(lab.writes()).toEqual(["POST new"]);
      expect(idsAtPinterest()).toEqual(["new", "shop"]);
    });

    test("keeps the integration for another resource that depends on the replacement", async () => {
      const options = "{ dependsOn: [resources.first] }";
      lab.program({ first: first("new"), second: { args: second, options } });
      await lab.up();
      expect(lab.writes()).toEqual(["POST new"]);
      expect(idsAtPinterest()).toEqual(["new", "shop"]);
    });
  });

  test("a tainted resource keeps its integration, and this is reported", async () => {
    lab.program({ shop: args("shop") });
    await lab.up();
    const integration = lab.emulator.integration("shop");
    lab.emulator.clearRequests();
    lab.taint("shop");
    expect((await lab.up()).output).toContain(notRecreated("shop"));
    expect(lab.writes()).toEqual([]);
    expect(lab.state().shop?.outputs).toMatchObject({ integrationId: integration?.id });
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("if the run's record cannot be stored, creates and updates succeed, and deletions fail with a remedy", async () => {
    const { directory } = RunLedger;
    RunLedger.directory = join(__filename, "none");
    lab.program({ shop: args("shop"), other: args("other") });
    await lab.up();
    lab.program({ shop: { ...args("shop"), connectedTagId: "34" } });
    const { output } = await lab.upFails();
    expect(output).toMatch(
      /the record of this run \(.*none.*\) is incomplete: .*Check that only you can access its directory/s,
    );
    expect(idsAtPinterest()).toEqual(["other", "shop"]);
    expect(names()).toEqual(["other", "shop"]);
    expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "34" });
    RunLedger.directory = directory;
    await lab.up();
    expect(idsAtPinterest()).toEqual(["shop"]);
  });
});
