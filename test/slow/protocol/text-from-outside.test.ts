import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab } from "../../fake-engine/lab";

// Pinterest, account commands and users who edit a merchant's fields can send any text. No text may stop the engine, crash a provider
// process, affect another integration, or control the terminal.

const texts: readonly (readonly [string, string])[] = [
  ["unpaired surrogates", "shop \ud83d \ude00"],
  ["control characters and marks", "a\0b\u2028c\u2029\u202eevil\u2066\u001b]0;title\u0007\u001b[2J\u009b31m"],
  ["a million characters", "x".repeat(1_000_000)],
];

/** Characters that control a terminal, or change the order of text. */
const unsafeCharacters = /[^\P{Cc}\n\t]|\p{Bidi_Control}|[\u2028\u2029]/u;

describe.each(["dynamic", "plugin"] as const)("%s", (providerType) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  });

  afterAll(() => lab.close());

  const shop = (externalBusinessId: string, more = {}) => ({
    externalBusinessId,
    connectedTagId: "1",
    ...more,
  });

  describe.each(texts)("%s", (_name, text) => {
    test("in errors is escaped, and the command fails with the error", async () => {
      lab.program({ kept: shop("kept") });
      await lab.up();
      const body = { code: 1, message: `value '${text}' is too long`, message_detail: text };
      for (const operation of ["create", "update", "delete", "get", "list"] as const) {
        lab.emulator.armFault({ kind: "response", operation, status: 400, body, times: "all" });
      }
      lab.program({ kept: shop("kept", { connectedTagId: "2" }), refused: shop("refused") });
      for (const run of [await lab.upFails(), await lab.fail("refresh"), await lab.fail("destroy")]) {
        expect(run.output).toMatch(/HTTP 400, code 1: value '/);
        expect(run.output).not.toMatch(unsafeCharacters);
        expect(run.output.isWellFormed()).toBe(true);
        expect(run.output.length).toBeLessThan(50_000);
      }
      lab.emulator.disarmFaults();
      await lab.up();
      expect(lab.emulator.integration("refused")).toMatchObject({ connected_tag_id: "1" });
      await lab.succeed("destroy");
    });

    test("in live fields is drift of only that integration, and an update fixes it", async () => {
      // Only one field has a long text, because both protocols encode it in every message.
      const short = text.length > 10_000 ? "x" : text;
      const live = { connected_tag_id: short, additional_id_1: short, partner_metadata: text, scopes: short };
      lab.program({
        other: shop("other"),
        odd: shop("odd", { additionalId1: "1", partnerMetadata: "a", scopes: "a" }),
      });
      await lab.up();
      lab.emulator.change("odd", live);
      lab.emulator.clearRequests();
      const steps = await lab.steps("--refresh");
      expect(
        steps.filter(({ op }) => !["same", "refresh"].includes(op)).map(({ name, op }) => [name, op]),
      ).toEqual([["odd", "update"]]);
      await lab.up("--refresh");
      expect(lab.writes()).toEqual(["PATCH odd"]);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });
});
