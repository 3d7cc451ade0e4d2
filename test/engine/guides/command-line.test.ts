import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { standIns } from "../helpers/engine";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/command-line.md");

const lab = labOfFile();

beforeAll(() => {
  lab.environment.PATH = lab.environment.PATH?.replace(`${standIns}${delimiter}`, "");
  lab.program({ shop: { externalBusinessId: "shop", connectedTagId: "1" } });
});

test("doctor finds no problems", async () => {
  const { stdout } = await guide.next(lab);
  expect(stdout).toContain('"account-access"');
});

test("preflight shows which integrations the update would adopt or reject", async () => {
  lab.emulator.put("shop", { connected_tag_id: "1" });
  const { stdout } = await guide.next(lab);
  expect(stdout).toContain("adopted");
  expect(lab.writes()).toEqual([]);
});

test("logs send sends the guide's entry", async () => {
  const entry = /^\{"clientTimestamp".*\}$/m.exec(
    readFileSync(join(__dirname, "../../../docs/command-line.md"), "utf8"),
  );
  writeFileSync(join(lab.directory, "app.log"), `${entry?.[0]}\n`);
  await guide.next(lab);
  expect(lab.emulator.logs()).toMatchObject([{ message: "The feed was not found.", log_level: "ERROR" }]);
});

test("runs every command of the guide", () => guide.finish());
