import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { DriftReport } from "../../stack/report";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  const shop = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "1" });
  lab.program({ a: shop("a"), b: shop("b"), c: shop("c") });
  await lab.up();
  for (const id of ["a", "b"]) lab.emulator.change(id, { connected_tag_id: "7" });
  lab.emulator.change("c", { connected_tag_id: "8" });
  lab.emulator.clearRequests();
});

afterAll(() => lab.close());

test("drift that is accepted by its ID is not drift, and a fix leaves it at Pinterest", async () => {
  await lab.cli("drift", "--json", "first.json");
  const report: DriftReport = JSON.parse(readFileSync(join(lab.directory, "first.json"), "utf8"));
  const [change] = report.groups;
  expect(change?.merchants.map(({ name }) => name)).toEqual(["a", "b"]);
  const terms = ["--reason", "Test of a new tag", "--until", "2099-12-31", "--by", "anna"];
  const accepted = await lab.cli("drift", "--accept", "--only", String(change?.id), ...terms);
  expect(accepted.stderr).toContain("wrote accepted-drift.yaml\n");
  expect(accepted.stdout).toContain("1 drifted, 2 accepted. Exit code 7");
  expect(lab.writes()).toEqual([]);

  expect(await lab.cli("drift", "--fix", "--yes")).toMatchObject({ exitCode: 0 });
  expect(lab.writes()).toEqual(["PATCH c"]);
});
