import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { buildSync } from "esbuild";
import { replaceFiles } from "../../provider/base/files";
import { temporaryDirectory } from "../temporary-directory";

const onPosix = process.platform === "win32" ? test.skip : test;
if (process.platform === "win32") console.log("skipped on Windows: a limit to the size of files");

onPosix("keeps all old files if one cannot be written, as on a full disk", () => {
  const directory = temporaryDirectory();
  const bundle = join(directory, "replace-files.cjs");
  const entry = join(__dirname, "../../provider/base/files.ts");
  buildSync({ entryPoints: [entry], outfile: bundle, bundle: true, platform: "node", format: "cjs" });
  const paths = ["one.json", "two.json"].map((name) => join(directory, name));
  for (const path of paths) writeFileSync(path, "old");
  const files = paths.map((path, index) => ({ path, text: "x".repeat(1 + index * 100_000) }));
  const script = `require("${bundle}").replaceFiles(${JSON.stringify(files)})`;
  // The unit is 512 bytes or 1 KiB, depending on the shell.
  const limited = `trap "" XFSZ; ulimit -f 2; exec "$0" --input-type=commonjs -e "$1"`;
  const { status, stderr } = spawnSync("bash", ["-c", limited, process.execPath, script], {
    encoding: "utf8",
  });
  expect(stderr).toContain("EFBIG");
  expect(status).not.toBe(0);
  expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(["old", "old"]);
  expect(readdirSync(directory).sort()).toEqual(["one.json", "replace-files.cjs", "two.json"]);
});

test("deletes its temporary files if it cannot replace a file", () => {
  const directory = temporaryDirectory();
  const files = ["one.json", "missing/two.json"].map((name) => ({
    path: join(directory, name),
    text: "new",
  }));
  expect(() => replaceFiles(files)).toThrow("ENOENT");
  expect(readdirSync(directory)).toEqual([]);
});
