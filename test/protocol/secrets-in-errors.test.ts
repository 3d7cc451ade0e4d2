import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { echoedFailures, echoFailures } from "../engine/helpers/echo";
import { type Leak, leaksIn, leaksInFiles } from "../engine/helpers/leaks";
import { invalidSecretArguments, secretArguments } from "../engine/helpers/secret-args";
import { reading } from "../expected/messages";
import { Lab, providerTypes } from "../fake-engine/lab";

const shops = Object.keys(echoedFailures);

describe.each(providerTypes)(
  "%s: secrets that Pinterest's response repeats do not leak from",
  (providerType) => {
    let lab: Lab;
    let directory: string;
    const secrets: string[] = [];

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-test-"));
      const environment = { PINTEREST_MAX_ATTEMPTS: "1", PINTEREST_DEBUG: join(directory, "debug.log") };
      lab = await Lab.open({ providerType, environment });
      secrets.push(lab.emulator.token());
    });

    afterAll(async () => {
      await lab.close();
      rmSync(directory, { recursive: true });
    });

    function declare(version: number): void {
      const sets = shops.map((id) => secretArguments(id, version));
      secrets.push(...sets.flatMap((set) => set.secrets));
      lab.program(Object.fromEntries(sets.map(({ args }) => [String(args.externalBusinessId), args])));
    }

    function leaks(): Leak[] {
      return [
        ...leaksIn("output", lab.transcript, secrets),
        ...leaksIn("state", lab.exported(), secrets),
        ...leaksInFiles(join(directory, "debug.log"), secrets),
      ];
    }

    /** Expects one error for each failed request. */
    function expectFailures(output: string, doing: string): void {
      for (const id of shops) {
        expect(output).toMatch(new RegExp(`${doing} commerce integration "${id}" failed`));
      }
    }

    test("a failed create", async () => {
      declare(1);
      const stop = echoFailures(lab, "create");
      const { output } = await lab.upFails();
      stop();
      expectFailures(output, "creating");
      expect(lab.state()["shop-lost"]?.initErrors).toHaveLength(1);
      expect(leaks()).toEqual([]);
    });

    test("a failed update", async () => {
      await lab.up();
      declare(2);
      const stop = echoFailures(lab, "update");
      const { output } = await lab.upFails();
      stop();
      expectFailures(output, "updating");
      expect(leaks()).toEqual([]);
    });

    test("a failed read", async () => {
      await lab.up();
      // Otherwise, a list would replace the reads.
      lab.emulator.armFault({ kind: "response", status: 403, operation: "list", times: "all" });
      const stop = echoFailures(lab, "get");
      const { output } = await lab.fail("refresh", "--skip-preview");
      stop();
      // A refresh stops at its first error.
      expect(output).toMatch(new RegExp(`${reading("shop-\\w+")} failed`));
      expect(leaks()).toEqual([]);
    });

    test("a failed deletion", async () => {
      const stop = echoFailures(lab, "delete");
      const { output } = await lab.fail("destroy", "--skip-preview", "--continue-on-error");
      stop();
      expectFailures(output, "deleting");
      expect(leaks()).toEqual([]);
    });

    test("a failed check", async () => {
      const invalid = invalidSecretArguments();
      secrets.push(...invalid.secrets);
      lab.program({ shop: invalid.args });
      const { output } = await lab.fail("preview");
      expect(output).toMatch(/`connectedTagId`.*whitespace/);
      expect(output).toMatch(/`partnerPrimaryEmail`/);
      expect(leaks()).toEqual([]);
    });
  },
);
