import { beforeEach, describe, expect, test } from "@jest/globals";
import { outputsAfterRead } from "../../provider/lifecycle/outputs";
import { failureOf } from "./helpers/failure";
import { stageOfFile } from "./helpers/stage";

const stage = stageOfFile();

const secrets = {
  partnerAccessToken: "access-1",
  partnerRefreshToken: "refresh-1",
  partnerPrimaryEmail: "one@example.com",
};
const inputs = { externalBusinessId: "shop-1", connectedTagId: "1", ...secrets };
const changed = {
  partner_access_token: "access-2",
  partner_refresh_token: "refresh-2",
  partner_primary_email: "two@example.com",
};
const live = {
  partnerAccessToken: "access-2",
  partnerRefreshToken: "refresh-2",
  partnerPrimaryEmail: "two@example.com",
};
const comparing = () => stage.process({ compareSecrets: true });
const operations = () => stage.emulator.requests().map(({ operation }) => operation);

/** The two sources of a record: the list and, if Pinterest rejects it, a read by integration ID. */
const sources = {
  "in the list": () => {},
  "by integration ID": () => {
    stage.emulator.armFault({ kind: "response", status: 403, operation: "list", times: "all" });
  },
};

describe.each(Object.entries(sources))("%s", (_what, arrange) => {
  beforeEach(arrange);

  test("finds tokens and e-mail that were changed at Pinterest, by name", async () => {
    const outputs = await stage.created(inputs);
    expect((await comparing().read("shop-1", outputs))?.inputs).toStrictEqual(inputs);
    stage.emulator.change("shop-1", changed);
    const result = await comparing().read("shop-1", outputs);
    expect(result?.inputs).toStrictEqual({ ...inputs, ...live });
    expect(result?.outputs).toMatchObject({ ...live, __managed: outputs.__managed });
    expect(operations()).not.toContain("get");
  });

  test("ignores an unmanaged secret", async () => {
    const outputs = await stage.created({ externalBusinessId: "shop-1", partnerAccessToken: "access-1" });
    stage.emulator.change("shop-1", { partner_primary_email: "theirs@example.com" });
    const result = await comparing().read("shop-1", outputs);
    expect(result?.inputs).toStrictEqual({ externalBusinessId: "shop-1", partnerAccessToken: "access-1" });
    expect(JSON.stringify(result)).not.toContain("theirs");
  });

  test.each(["null", "masked", "omitted"] as const)(
    "keeps the last known secrets that Pinterest does not show (%s), next to other drift",
    async (recordSecrets) => {
      stage.emulator.setSwitches({ recordSecrets });
      const outputs = await stage.created(inputs);
      stage.emulator.change("shop-1", { ...changed, connected_tag_id: "7" });
      const result = await comparing().read("shop-1", outputs);
      expect(result?.inputs).toStrictEqual({ ...inputs, connectedTagId: "7" });
    },
  );
});

describe("if Pinterest rejects the list", () => {
  beforeEach(() => {
    stage.emulator.armFault({ kind: "response", status: 403, operation: "list", times: "all" });
  });

  test("reads by external business ID before it treats an integration with an unknown integration ID as missing", async () => {
    const outputs = await stage.created(inputs);
    stage.passConsistencyTimeout();
    stage.emulator.remove("shop-1");
    expect(await comparing().read("shop-1", outputs)).toBeUndefined();
    expect(operations()).toEqual(["list", "getById", "get"]);
  });

  test("compares a recreated integration when state has its new integration ID", async () => {
    const outputs = await stage.created(inputs);
    stage.emulator.remove("shop-1");
    const recreated = stage.emulator.put("shop-1", { ...changed, connected_tag_id: "1" });
    const first = await comparing().read("shop-1", outputs);
    expect(first?.outputs).toMatchObject({ integrationId: recreated.id });
    for (const name of Object.keys(secrets)) expect(first?.outputs).not.toHaveProperty(name);
    expect((await comparing().read("shop-1", first?.outputs ?? {}))?.outputs).toMatchObject(live);
    expect(operations()).toEqual(["list", "getById", "get", "list", "getById"]);
  });

  test("keeps the last known secrets if Pinterest rejects reads by integration ID", async () => {
    const outputs = await stage.created(inputs);
    stage.emulator.change("shop-1", { ...changed, connected_tag_id: "7" });
    stage.emulator.armFault({ kind: "response", status: 403, operation: "getById", times: "all" });
    expect((await comparing().read("shop-1", outputs))?.inputs).toStrictEqual({
      ...inputs,
      connectedTagId: "7",
    });
  });

  test("ignores the response if it is about another integration", async () => {
    const outputs = await stage.created(inputs);
    const body = { id: outputs.integrationId, external_business_id: "other", ...changed };
    stage.emulator.armFault({ kind: "response", status: 200, body, operation: "getById", times: "all" });
    expect((await comparing().read("shop-1", outputs))?.inputs).toStrictEqual(inputs);
  });

  test("fails on a server error", async () => {
    const outputs = await stage.created(inputs);
    stage.emulator.armFault({ kind: "response", status: 503, operation: "getById", times: "all" });
    expect(await failureOf(comparing().read("shop-1", outputs))).toMatchObject({ status: 503 });
  });

  test("retries a stale read", async () => {
    const outputs = await stage.created({ ...inputs, partnerAccessToken: "access-0" });
    stage.emulator.setSwitches({ readLag: 3 });
    const news = await stage.process().update("shop-1", outputs, inputs);
    expect((await comparing().read("shop-1", news))?.inputs).toStrictEqual(inputs);
    expect(stage.pauses.length).toBeGreaterThan(0);
  });
});

test("fails if a rate limit prevents reading the secrets, because their drift would be missed", async () => {
  const outputs = await stage.created(inputs);
  stage.emulator.change("shop-1", changed);
  stage.emulator.armFault({ kind: "response", status: 403, operation: "list", times: "all" });
  stage.emulator.armFault({ kind: "response", status: 429, operation: "getById", times: "all" });
  expect(await failureOf(comparing().read("shop-1", outputs))).toMatchObject({ status: 429 });
});

test("keeps the last known secrets if they are not compared, even if a response contains others", () => {
  const fields = { connectedTagId: "1", ...secrets };
  const managed = ["partnerAccessToken"] as const;
  const previous = { externalBusinessId: "shop-1", fields, managed, released: [] };
  expect(outputsAfterRead(previous, { connectedTagId: "1", ...live }).fields).toMatchObject(secrets);
});
