import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { FaultAction } from "../../emulator";
import { providerTypes as details } from "../engine/helpers/provider-type";
import type { Resource } from "./helpers/engine";
import { Lab, providerTypes, type Run } from "./helpers/lab";

/** The failure of a write. `unread`: the read that determines the outcome also fails. */
type LostAnswer = FaultAction & { readonly unread: boolean };

/** The state and the output after an update that lost answers. */
interface Outcome {
  readonly output: string;
  readonly state: Record<string, Resource>;
}

const outcomeOf = (lab: Lab, { output }: Run): Outcome => ({ output, state: lab.state() });

const integrationIds = (lab: Lab) =>
  lab.emulator.integrations().map(({ external_business_id, id }) => [external_business_id, id]);

function expectNoInitErrors(lab: Lab): void {
  for (const resource of Object.values(lab.state())) expect(resource).not.toHaveProperty("initErrors");
}

describe.each(providerTypes)("%s", (providerType) => {
  const { stateOfOutputs } = details[providerType];

  describe("a create whose answer is lost", () => {
    const cases: Record<string, LostAnswer & { readonly times?: "all" }> = {
      "lost-then-refreshed": { kind: "reset", commit: true, unread: true },
      "lost-then-repaired": { kind: "reset", commit: true, unread: true },
      "lost-then-destroyed": { kind: "reset", commit: true, unread: true },
      "undone-unread": { kind: "reset", commit: false, unread: true },
      "lost-but-read": { kind: "reset", commit: true, unread: false },
      "truncated-but-read": { kind: "truncate", unread: false },
      "undone-and-sent-again": { kind: "answer", status: 503, commit: false, unread: false },
      "never-done": { kind: "answer", status: 503, commit: false, unread: false, times: "all" },
    };
    const names = Object.keys(cases);
    let lab: Lab;
    let outcome: Outcome;

    function declare(names: readonly string[]): void {
      const declarations = names.map((name) => [name, { externalBusinessId: name, connectedTagId: "33" }]);
      lab.program(Object.fromEntries(declarations));
    }

    beforeAll(async () => {
      lab = await Lab.open({ providerType });
      for (const [name, { unread, ...fault }] of Object.entries(cases)) {
        lab.emulator.armFault({ ...fault, operation: "create", external_business_id: name });
        if (unread) {
          // The first read checks whether the integration exists. The second read, in all its attempts, checks the outcome of the create.
          const unreadable = { kind: "answer", status: 503, operation: "get", skip: 1, times: 4 } as const;
          lab.emulator.armFault({ ...unreadable, external_business_id: name });
        }
      }
      declare(names);
      outcome = outcomeOf(lab, await lab.upFails());
    });

    afterAll(() => lab.close());

    test("succeeds if a read shows the integration", () => {
      for (const name of ["lost-but-read", "truncated-but-read"]) {
        expect(lab.writes().filter((write) => write.endsWith(name))).toEqual([`POST ${name}`]);
        expect(outcome.state[name]).toMatchObject({
          id: name,
          outputs: { integrationId: lab.emulator.integration(name)?.id, connectedTagId: "33" },
        });
        expect(outcome.state[name]).not.toHaveProperty("initErrors");
      }
    });

    test("is sent again if a read does not show the integration", () => {
      const name = "undone-and-sent-again";
      expect(lab.writes().filter((write) => write.endsWith(name))).toEqual([`POST ${name}`, `POST ${name}`]);
      expect(outcome.state[name]).toMatchObject({
        outputs: { integrationId: lab.emulator.integration(name)?.id },
      });
    });

    test("leaves nothing in state if all attempts fail and no read shows the integration", () => {
      expect(outcome.output).toContain('creating commerce integration "never-done" failed');
      expect(outcome.state).not.toHaveProperty("never-done");
    });

    test("is stored as failed if its outcome is unknown, with only the known values", () => {
      for (const name of [
        "lost-then-refreshed",
        "lost-then-repaired",
        "lost-then-destroyed",
        "undone-unread",
      ]) {
        expect(outcome.state[name]).toMatchObject({
          id: name,
          initErrors: [expect.stringContaining("Pinterest may have carried out the request")],
          outputs: { externalBusinessId: name, __managed: "t", ...stateOfOutputs },
        });
        expect(outcome.state[name]?.outputs).not.toHaveProperty("connectedTagId");
      }
    });

    test("can be destroyed if its outcome is unknown", async () => {
      lab.environment.PINTEREST_ALLOW_PARTIAL_DELETES = "true";
      await lab.succeed("destroy", "--skip-preview", "--target", "lost-then-destroyed");
      expect(lab.emulator.integration("lost-then-destroyed")).toBeUndefined();
      expect(lab.state()).not.toHaveProperty("lost-then-destroyed");
    });

    test("can be refreshed if its outcome is unknown", async () => {
      await lab.succeed("refresh", "--skip-preview", "--target", "lost-then-refreshed");
      expect(lab.state()["lost-then-refreshed"]?.outputs).toMatchObject({
        connectedTagId: "33",
        integrationId: lab.emulator.integration("lost-then-refreshed")?.id,
      });
    });

    test("is fixed by the next update, which leaves one integration each", async () => {
      const idsOf = (names: readonly string[]) => names.map((name) => lab.emulator.integration(name)?.id);
      const lost = ["lost-then-refreshed", "lost-then-repaired"];
      const before = idsOf(lost);
      lab.emulator.disarmFaults();
      // Another lost answer, with stale reads after it.
      lab.emulator.setSwitches({ readLag: 2 });
      lab.emulator.armFault({
        kind: "reset",
        commit: true,
        operation: "create",
        external_business_id: "lagging",
      });
      declare([...names, "lagging"]);
      await lab.up();
      expect(idsOf(lost)).toEqual(before);
      // Any change by the administration, even without an effect, ends the stale reads.
      const integrations = lab.emulator
        .integrations()
        .map(({ external_business_id }) => lab.emulator.change(external_business_id, {}));
      expect(integrations.map(({ external_business_id }) => external_business_id).sort()).toEqual(
        [...names, "lagging"].sort(),
      );
      expect(integrations.every(({ connected_tag_id }) => connected_tag_id === "33")).toBe(true);
      expectNoInitErrors(lab);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });

  describe("an update whose answer is lost", () => {
    const before = { connectedMerchantId: "11", connectedTagId: "33" };
    const after = { connectedMerchantId: "11", connectedTagId: "34" };
    const cases: Record<string, LostAnswer> = {
      "lost-unread": { kind: "reset", commit: true, unread: true },
      "lost-then-reverted": { kind: "reset", commit: true, unread: true },
      "lost-then-refreshed": { kind: "reset", commit: true, unread: true },
      "undone-unread": { kind: "reset", commit: false, unread: true },
      "lost-but-read": { kind: "reset", commit: true, unread: false },
      "truncated-but-read": { kind: "truncate", unread: false },
      "undone-and-read": { kind: "answer", status: 503, commit: false, unread: false },
    };
    const names = Object.keys(cases);
    let lab: Lab;
    let outcome: Outcome;
    let idsBefore: unknown;

    function declare(argsOf: (name: string) => Record<string, unknown>, partnerAccessToken: string): void {
      const declarations = names.map((name) => [name, { externalBusinessId: name, ...argsOf(name) }]);
      const secret = { externalBusinessId: "secret", partnerAccessToken };
      lab.program({ ...Object.fromEntries(declarations), secret });
    }

    beforeAll(async () => {
      lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
      declare(() => before, "token-1");
      await lab.up();
      idsBefore = integrationIds(lab);
      for (const [name, { unread, ...fault }] of Object.entries(cases)) {
        const ofName = { external_business_id: name };
        lab.emulator.armFault({ ...fault, ...ofName, operation: "update" });
        if (unread) lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", ...ofName });
      }
      const ofSecret = { operation: "update", external_business_id: "secret" } as const;
      lab.emulator.armFault({ kind: "reset", commit: true, ...ofSecret });
      lab.emulator.clearRequests();
      declare(() => after, "token-2");
      outcome = outcomeOf(lab, await lab.upFails());
    });

    afterAll(() => lab.close());

    test("succeeds if a read shows the new values", () => {
      for (const name of ["lost-but-read", "truncated-but-read"]) {
        expect(lab.written(name)).toEqual([["PATCH", { connected_tag_id: "34" }]]);
        expect(outcome.state[name]?.outputs).toMatchObject(after);
        expect(outcome.state[name]).not.toHaveProperty("initErrors");
      }
    });

    test("fails if a read shows the old values, which stay in state", () => {
      expect(outcome.output).toContain('updating commerce integration "undone-and-read" failed');
      expect(outcome.state["undone-and-read"]?.outputs).toMatchObject(before);
    });

    test("fails if its outcome is unknown, and the unknown values are removed from state", () => {
      for (const name of ["lost-unread", "lost-then-reverted", "lost-then-refreshed", "undone-unread"]) {
        expect(outcome.state[name]).toMatchObject({
          initErrors: [expect.stringContaining("Pinterest may have carried out the request")],
          outputs: { connectedMerchantId: "11", __managed: "mt", ...stateOfOutputs },
        });
        expect(outcome.state[name]?.outputs).not.toHaveProperty("connectedTagId");
      }
    });

    test("fails if it changes a secret, because no read can show that", () => {
      expect(outcome.state.secret).toMatchObject({ initErrors: [expect.any(String)] });
      expect(outcome.state.secret?.outputs).not.toHaveProperty("partnerAccessToken");
    });

    test("converges with the next update, even if the program was reverted", async () => {
      await lab.succeed("refresh", "--skip-preview", "--target", "lost-then-refreshed");
      lab.emulator.clearRequests();
      declare((name) => (name === "lost-then-reverted" ? before : after), "token-2");
      await lab.up();
      for (const name of names) {
        const connected_tag_id = name === "lost-then-reverted" ? "33" : "34";
        expect(lab.emulator.integration(name)).toMatchObject({
          connected_merchant_id: "11",
          connected_tag_id,
        });
      }
      expect(lab.written("secret")).toEqual([["PATCH", { partner_access_token: "token-2" }]]);
      expect(integrationIds(lab)).toEqual(idsBefore);
      expectNoInitErrors(lab);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });

  describe("a deletion whose answer is lost", () => {
    const cases: Record<string, LostAnswer> = {
      "lost-unread": { kind: "reset", commit: true, unread: true },
      "undone-unread": { kind: "reset", commit: false, unread: true },
      "lost-but-read": { kind: "reset", commit: true, unread: false },
      "done-with-server-error": { kind: "answer", status: 500, commit: true, unread: false },
      "undone-and-read": { kind: "answer", status: 503, commit: false, unread: false },
    };
    const failing = ["lost-unread", "undone-and-read", "undone-unread"];
    let lab: Lab;
    let outcome: Outcome;

    beforeAll(async () => {
      lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
      const declarations = Object.keys(cases).map((name) => [name, { externalBusinessId: name }]);
      lab.program(Object.fromEntries(declarations));
      await lab.up();
      for (const [name, { unread, ...fault }] of Object.entries(cases)) {
        const ofName = { external_business_id: name };
        lab.emulator.armFault({ ...fault, ...ofName, operation: "delete" });
        if (unread) lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", ...ofName });
      }
      lab.program({});
      outcome = outcomeOf(lab, await lab.upFails());
    });

    afterAll(() => lab.close());

    test("succeeds if a read shows that the integration is missing", () => {
      expect(outcome.state).not.toHaveProperty("lost-but-read");
      expect(outcome.state).not.toHaveProperty("done-with-server-error");
    });

    test("fails if no read shows that it is missing, and the resource stays in state", () => {
      expect(Object.keys(outcome.state).sort()).toEqual(failing);
      for (const name of failing) {
        expect(outcome.output).toContain(`deleting commerce integration "${name}" failed`);
        expect(outcome.state[name]?.outputs).toMatchObject({ ...stateOfOutputs, __managed: "" });
      }
    });

    test("is completed by the next update, whether the integration is missing or not", async () => {
      await lab.up();
      expect(lab.emulator.integrations()).toEqual([]);
      expect(lab.state()).toEqual({});
    });
  });
});
