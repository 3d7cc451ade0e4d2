import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Lab } from "../helpers/lab";
import { leaksInFiles } from "../helpers/leaks";
import {
  changeAtPinterest,
  fileOf,
  type files,
  openLab,
  releases,
  restore,
  takeWrites,
  withCreationTimes,
} from "../released-state/lab";

// The state of released versions keeps working. The files are in test/engine/released-state, for both provider types, because the types
// write different state. The tests depend on each other.

/** The changes that the interrupted update did not complete, by resource: the operation and the properties. */
const unfinished = {
  renamedBefore: ["delete"],
  replaced: ["replace", "externalBusinessId"],
  tainted: ["replace"],
  unclearedField: ["update", "connectedMerchantId"],
  ignoredField: ["update", "connectedLbaId"],
  unknownCreate: ["update", "partnerAccessToken"],
};

const drift = {
  everyField: ["update", "connectedTagId"],
  secretValues: ["update", "partnerMetadata"],
  namedAccount: ["update", "connectedTagId"],
  explicitProvider: ["update", "connectedTagId"],
  imported: ["update", "connectedTagId"],
  vanished: ["create"],
};

describe.each(readdirSync(releases))("%s", (version) => {
  const read = (file: keyof typeof files) => JSON.parse(readFileSync(fileOf(version, file), "utf8"));
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab("2026-01-02");
    restore(lab.emulator, read("integrations"));
    copyFileSync(fileOf(version, "settings"), join(lab.directory, "Pulumi.test.yaml"));
    use("program");
    const state = join(lab.directory, "state.json");
    writeFileSync(state, JSON.stringify(withCreationTimes(read("state"), lab.emulator)));
    await lab.succeed("stack", "import", "--file", state);
  });

  afterAll(() => lab.close());

  function use(program: "program" | "changedProgram"): void {
    copyFileSync(fileOf(version, program), join(lab.directory, "index.js"));
  }

  /** Returns the changes in a preview with a refresh, in the form of {@link unfinished}. */
  async function changes(): Promise<Record<string, string[]>> {
    const steps = (await lab.steps("--refresh")).filter(
      ({ op }) => !["same", "refresh", "read"].includes(op),
    );
    return Object.fromEntries(
      steps.map(({ op, name, detailedDiff }) => [name, [op, ...Object.keys(detailedDiff ?? {})]]),
    );
  }

  test("previews only the unfinished changes and the drifted properties, by name", async () => {
    changeAtPinterest(lab.emulator);
    expect(await changes()).toEqual({ ...unfinished, ...drift });
    expect(lab.writes()).toEqual([]);
  });

  test("finishes the interrupted update and fixes drift with the same requests", async () => {
    lab.emulator.clearRequests();
    await lab.up();
    // Engines before 3.276 repeat a deletion whose replacement an interrupted update did not create.
    const { "replaced-1": _, ...writes } = takeWrites(lab.emulator);
    const { "replaced-1": __, ...recorded } = read("writes").converge;
    expect(writes).toEqual(recorded);
  });

  test("updates to a changed program with the same requests, and the next preview is empty", async () => {
    use("changedProgram");
    await lab.up("--refresh");
    expect(takeWrites(lab.emulator)).toEqual(read("writes").update);
    expect(await changes()).toEqual({});
  });

  test("keeps secrets encrypted", () => {
    expect(lab.transcript).not.toMatch(/5ecret|575757/);
    expect(leaksInFiles(join(lab.directory, "backend"), ["5ecret", "575757"])).toEqual([]);
  });

  test("destroys only integrations that the program created", async () => {
    await lab.succeed("destroy", "--skip-preview");
    expect(takeWrites(lab.emulator)).toEqual(read("writes").destroy);
    expect(lab.emulator.integrations()).toMatchObject([{ external_business_id: "theirs" }]);
    expect(await lab.state()).toEqual({});
  });
});
