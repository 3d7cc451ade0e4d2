import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { leaksIn, leaksInFiles } from "../../engine/helpers/leaks";
import { temporaryDirectory } from "../../temporary-directory";

const secret = 'to"ken/1 & <2>+é';

test.each([
  ["in plaintext", secret],
  ["as JSON", JSON.stringify({ token: secret })],
  ["as JSON inside JSON", JSON.stringify({ body: JSON.stringify({ token: secret }) })],
  ["as Go writes JSON", String.raw`"to\"ken/1 \u0026 \u003c2\u003e+é"`],
  ["with escaped slashes", String.raw`"to\"ken\/1 & <2>+é"`],
  ["in a URL", `https://host/?token=${encodeURIComponent(secret)}`],
  ["in a form", `token=${new URLSearchParams({ token: secret })}`],
  ["in Base64", Buffer.from(secret).toString("base64")],
])("finds a secret %s", (_form, text) => {
  const [leak] = leaksIn("the text", `something ${text} more`, ["another", secret]);
  expect(leak).toMatchObject({ secret, where: "the text" });
});

test("finds a secret in a file of a nested directory, and nothing in other files", () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "a/b"), { recursive: true });
  writeFileSync(join(directory, "clean"), "nothing");
  writeFileSync(join(directory, "a/b/state.json"), JSON.stringify([secret]));
  expect(leaksInFiles(directory, [secret]).map(({ where }) => where)).toEqual([
    join(directory, "a/b/state.json"),
  ]);
  expect(leaksInFiles(join(directory, "a/b/state.json"), [secret])).toHaveLength(1);
});
