import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Switches } from "../../emulator";
import { Lab } from "./helpers/lab";
import { argumentsWith, everyField } from "../protocol/helpers/fields";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
});

afterAll(() => lab.close());

const untouched = ({ op }: { op: string }) => op === "same" || op === "refresh";

// Between them every switch stands both ways, and each generation meets numbers and texts as error codes.
const pinterests: (Partial<Switches> & Pick<Switches, "generation">)[] = [
  { generation: "5.23", metadataUnset: "omitted", codeAsText: true, extraFields: true },
  { generation: "5.28", metadataUnset: "null", codeAsText: false, extraFields: true },
  {
    generation: "5.28",
    metadataUnset: "empty",
    codeAsText: true,
    extraFields: false,
    metadataReserialized: true,
    expiryRounding: "seconds",
  },
];

describe.each(pinterests)("with a Pinterest of %j", (switches) => {
  const declare = ({ tag, gone, id }: { tag: string; gone: string; id: string }) =>
    lab.program({
      whole: argumentsWith("whole"),
      precise: {
        externalBusinessId: "precise",
        partnerAccessTokenExpiry: 1893456000123,
        partnerMetadata: { plan: { since: 2024, beta: true }, shops: ["a", "b"] },
      },
      updated: { externalBusinessId: "updated", connectedMerchantId: "11", connectedTagId: tag },
      drifted: { externalBusinessId: "drifted", connectedMerchantId: "11", scopes: ["ads:read"] },
      vanished: { externalBusinessId: "vanished", connectedMerchantId: "11", additionalId1: gone },
      replaced: { externalBusinessId: id, connectedMerchantId: "11" },
    });

  beforeAll(() => {
    lab.emulator.reset();
    lab.emulator.setSwitches(switches);
    declare({ tag: "31", gone: "a", id: "old" });
  });

  test("integrations are created with everything that the program says", async () => {
    await lab.up();
    expect(lab.writes().sort()).toEqual(
      ["drifted", "old", "precise", "updated", "vanished", "whole"].map((id) => `POST ${id}`),
    );
    // An answer that is not understood would be settled by a further read.
    expect(lab.emulator.counters().operations).toMatchObject({ create: 6, get: 6 });
    const { partner_metadata, ...held } = lab.emulator.integration("whole") ?? {};
    expect(JSON.parse(partner_metadata ?? "")).toEqual({ plan: 1 });
    const others = everyField.filter(({ wire }) => wire !== "partner_metadata");
    expect(held).toMatchObject(Object.fromEntries(others.map(({ wire, before }) => [wire, before])));
  });

  test("an update, a replacement and a vanished integration converge in one plain update", async () => {
    lab.emulator.remove("vanished");
    lab.emulator.clearRequests();
    declare({ tag: "32", gone: "b", id: "new" });
    await lab.up();
    expect(lab.written("updated")).toEqual([["PATCH", { connected_tag_id: "32" }]]);
    expect(lab.writes().filter((write) => /old|new/.test(write))).toEqual(["DELETE old", "POST new"]);
    expect(lab.writes().filter((write) => write.endsWith("vanished"))).toEqual([
      "PATCH vanished",
      "POST vanished",
    ]);
    expect(lab.emulator.integration("vanished")).toMatchObject({ additional_id_1: "b" });
    expect(lab.emulator.integration("old")).toBeUndefined();
  });

  test("of all integrations only the drifted one shows, by its fields' names, and is healed", async () => {
    lab.emulator.change("drifted", { connected_merchant_id: "12", scopes: null });
    lab.emulator.clearRequests();
    const { exitCode, steps } = await lab.preview("--refresh");
    expect(exitCode).toBe(7);
    const shown = steps.filter((step) => !untouched(step));
    expect(shown).toMatchObject([{ op: "update", name: "drifted" }]);
    expect(Object.keys(shown[0]?.detailedDiff ?? {}).sort()).toEqual(["connectedMerchantId", "scopes"]);
    await lab.up("--refresh");
    expect(lab.writes()).toEqual(["PATCH drifted"]);
    expect(lab.written("drifted")).toEqual([["PATCH", { connected_merchant_id: "11", scopes: "ads:read" }]]);
    expect((await lab.preview("--refresh")).exitCode).toBe(0);
  });

  test("a destroy deletes what is there, and succeeds for what is gone already", async () => {
    lab.emulator.remove("vanished");
    lab.emulator.clearRequests();
    await lab.succeed("destroy", "--skip-preview");
    expect(lab.emulator.counters().operations).toMatchObject({ delete: 6, get: 0 });
    expect(lab.emulator.integrations()).toEqual([]);
    expect(await lab.state()).toEqual({});
  });
});
