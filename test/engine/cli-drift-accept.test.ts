import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { exitCodeIs, exitCodes, programDiffers } from "../expected/reports";
import { labOfFile } from "./helpers/lab";

// With the engine, a fix updates only the integrations that are not accepted. For the other cases, see test/cli/drift/accept.test.ts.

const lab = labOfFile();

beforeAll(async () => {
  const shop = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "1" });
  lab.program({ a: shop("a"), b: shop("b"), c: shop("c") });
  await lab.up();
  for (const id of ["a", "b"]) lab.emulator.change(id, { connected_tag_id: "7" });
  lab.emulator.change("c", { connected_tag_id: "8" });
  lab.emulator.clearRequests();
});

/** The ID of the change of `a` and `b`. It is a digest of the property and both values, so it is the same in every run. */
const change = "43b1dffd";

test("drift that is accepted by its ID is not drift, and a fix leaves it at Pinterest", async () => {
  const terms = ["--reason", "Test of a new tag", "--until", "2099-12-31", "--by", "anna"];
  const { stdout, stderr } = await lab.cli("drift", "--accept", "--only", change, ...terms);
  expect(stderr).toContain("wrote accepted-drift.yaml\n");
  expect(readFileSync(join(lab.directory, "accepted-drift.yaml"), "utf8")).toContain(
    "  merchants:\n    - a\n    - b\n  property: connectedTagId\n",
  );
  expect(stdout).toContain(`1 drifted, 2 accepted. ${exitCodeIs(exitCodes.drift, programDiffers)}`);
  expect(lab.writes()).toEqual([]);

  expect(await lab.cli("drift", "--fix", "--yes")).toMatchObject({ exitCode: 0 });
  expect(lab.writes()).toEqual(["PATCH c"]);
});
