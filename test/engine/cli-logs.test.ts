import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ environment: { PINTEREST_ACCESS_TOKEN: "" } });
});

afterAll(() => lab.close());

test("logs send takes its account from the stack's configuration, and asks for a name where there are several", async () => {
  const accounts = JSON.stringify({ a: lab.emulator.token("shop-1"), b: lab.emulator.token("shop-2") });
  await lab.succeed("config", "set", "--secret", "pinterest:accounts", accounts);
  const entry = { client_timestamp: 1, event_type: "APP", log_level: "INFO", message: "from a file" };
  writeFileSync(join(lab.directory, "app.log"), `${JSON.stringify(entry)}\n`);

  const unnamed = await lab.cli("logs", "send", "app.log");
  expect(unnamed).toMatchObject({ exitCode: 2, stdout: "" });
  expect(unnamed.stderr).toContain("2 accounts are configured: name one with --account (a, b)");

  const unknown = await lab.cli("logs", "send", "app.log", "--account", "c");
  expect(unknown).toMatchObject({ exitCode: 1, stdout: "" });
  expect(unknown.stderr).toMatch(/^error: .*'c'/);

  const sent = await lab.cli("logs", "send", "app.log", "--account", "b", "--json");
  expect(sent).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(sent.stdout)).toMatchObject({ sent: 1, ended: "done" });
  expect([lab.emulator.logs("shop-1"), lab.emulator.logs("shop-2")]).toEqual([[], [entry]]);
});
