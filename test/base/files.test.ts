import { spawnSync } from "node:child_process";
import fs, { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, jest, test } from "@jest/globals";
import { buildSync } from "esbuild";
import { replaceFiles } from "../../provider/base/files";
import { testOnPosix } from "../platform";
import { temporaryDirectory } from "../temporary-directory";

const onPosix = testOnPosix("limit of the size of files");

onPosix("keeps all old files if one cannot be written, as on a full disk", () => {
  const directory = temporaryDirectory();
  const bundle = join(directory, "replace-files.cjs");
  const entry = join(__dirname, "../../provider/base/files.ts");
  buildSync({ entryPoints: [entry], outfile: bundle, bundle: true, platform: "node", format: "cjs" });
  const paths = ["one.json", "two.json"].map((name) => join(directory, name));
  for (const path of paths) writeFileSync(path, "old");
  // The first file is within the limit below, and the second is not.
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

afterEach(() => void jest.restoreAllMocks());

/** Makes the next renames fail with this code. */
function failRenames(code: string, count: number): void {
  const spy = jest.spyOn(fs, "renameSync");
  for (let number = 0; number < count; number += 1) {
    spy.mockImplementationOnce(() => {
      throw Object.assign(new Error(code), { code });
    });
  }
}

test.each(["EPERM", "EACCES", "EBUSY"])(
  "on Windows, replaces a file after another process has closed it (%s)",
  (code) => {
    const path = join(temporaryDirectory(), "one.json");
    writeFileSync(path, "old");
    failRenames(code, 3);
    replaceFiles([{ path, text: "new" }], "win32");
    expect(readFileSync(path, "utf8")).toBe("new");
  },
);

test.each([
  ["linux", "EPERM"],
  ["darwin", "EACCES"],
  ["win32", "ENOSPC"],
] as const)("on %s, repeats no rename that fails with %s", (platform, code) => {
  const directory = temporaryDirectory();
  failRenames(code, 1);
  expect(() => replaceFiles([{ path: join(directory, "one.json"), text: "new" }], platform)).toThrow(code);
  expect(readdirSync(directory)).toEqual([]);
});

test.each([
  ["linux", ["writeFileSync", "fsyncSync", "renameSync", "fsyncSync"]],
  ["win32", ["writeFileSync", "fsyncSync", "renameSync"]],
] as const)(
  "on %s, syncs the new file before it replaces the old one, then the directory if the system can",
  (platform, calls) => {
    const names = ["writeFileSync", "fsyncSync", "renameSync"] as const;
    const made = names.flatMap((name) => {
      const { mock } = jest.spyOn(fs, name);
      return { name, mock };
    });
    replaceFiles([{ path: join(temporaryDirectory(), "one.json"), text: "new" }], platform);
    const ordered = made
      .flatMap(({ name, mock }) => mock.invocationCallOrder.map((order) => ({ name, order })))
      .sort((a, b) => a.order - b.order);
    expect(ordered.map(({ name }) => name)).toEqual(calls);
  },
);
