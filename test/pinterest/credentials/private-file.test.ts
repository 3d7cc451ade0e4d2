import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { buildSync } from "esbuild";
import { temporaryDirectory } from "./helpers/directory";

const onPosix = process.platform === "win32" ? test.skip : test;
if (process.platform === "win32") console.log("skipped on Windows: a limit to the size of files");

onPosix("a file that cannot be written whole, as on a full disk, leaves the old one as it was", () => {
  const directory = temporaryDirectory();
  const bundle = join(directory, "private-file.cjs");
  const entry = join(__dirname, "../../../provider/pinterest/credentials/private-file.ts");
  buildSync({ entryPoints: [entry], outfile: bundle, bundle: true, platform: "node", format: "cjs" });
  const path = join(directory, "tokens.json");
  writeFileSync(path, "old");
  const script = `require("${bundle}").replaceFile("${path}", "x".repeat(100_000))`;
  // In blocks of half a kilobyte or a whole one, by the shell.
  const limited = `trap "" XFSZ; ulimit -f 2; exec "$0" --input-type=commonjs -e "$1"`;
  const { status, stderr } = spawnSync("bash", ["-c", limited, process.execPath, script], {
    encoding: "utf8",
  });
  expect(stderr).toContain("EFBIG");
  expect(status).not.toBe(0);
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(directory).sort()).toEqual(["private-file.cjs", "tokens.json"]);
});
