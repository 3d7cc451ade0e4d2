import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { repository } from "../helpers/engine";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("emulator/README.md");

const lab = labOfFile({ example: "quickstart" });

/** The guide's address, and the address of this test's emulator. */
const address = () => ({ "http://127.0.0.1:4010": new URL(lab.emulator.url).origin });

test("a program runs against the emulator", async () => {
  await guide.next(lab, { replace: address() });
  expect(lab.emulator.integration("my-shop-1")).toBeDefined();
});

test("a change at the emulator is drift", async () => {
  const { output } = await guide.next(lab, { replace: address() });
  expect(output).toContain('~ connectedTagId: "2600000000001" => "2613187432"');
});

test("the token endpoint accepts the refresh token that the command prints", async () => {
  const { output } = await guide.next(lab, { replace: address() });
  const response = JSON.parse(output.slice(output.indexOf("{")));
  expect(response).toMatchObject({
    token_type: "bearer",
    expires_in: 2_592_000,
    scope: "ads:read ads:write",
  });
  expect(Object.keys(response)).toEqual(
    expect.arrayContaining(["refresh_token", "refresh_token_expires_in", "refresh_token_expires_at"]),
  );
});

test("the Jest test passes next to the program", async () => {
  writeFileSync(join(lab.directory, "shops.test.ts"), guide.program());
  for (const name of ["@jest", "jest", "@swc"]) {
    symlinkSync(join(repository, "node_modules", name), join(lab.directory, "node_modules", name));
  }
  const transform = { "\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" } } }] };
  writeFileSync(join(lab.directory, "jest.config.json"), JSON.stringify({ transform }));
  const { exitCode, output } = await lab.process("node", "node_modules/jest/bin/jest.js");
  expect(output).toContain("2 passed, 2 total");
  expect(exitCode).toBe(0);
});

test("runs every command of the guide", () => guide.finish());
