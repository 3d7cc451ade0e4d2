import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { eraseEarlierStates, keepState } from "../../fleet/shard/backend";
import { temporaryDirectory } from "../temporary-directory";

test("erases a stack's earlier states in a directory, and nothing else", async () => {
  const directory = temporaryDirectory();
  const [kept, erased] = [
    ["stacks/fleet/shard-0001.json", "history/fleet/shard-00010/a.json", "history/other/shard-0001/a.json"],
    [
      "history/fleet/shard-0001/a.checkpoint.json",
      "backups/fleet/shard-0001/b.json",
      "stacks/fleet/shard-0001.json.bak",
      "stacks/fleet/shard-0001.json.kept",
      "stacks/fleet/shard-0001.json.gz.kept",
    ],
  ].map((files) => files.map((file) => join(directory, ".pulumi", file)));
  for (const file of [...(kept ?? []), ...(erased ?? [])]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "{}");
  }
  expect(await eraseEarlierStates(`file://${directory}`, "fleet", "shard-0001")).toEqual([]);
  expect(kept?.map(existsSync)).toEqual([true, true, true]);
  expect(erased?.map(existsSync)).toEqual([false, false, false, false, false]);
});

test.each(["s3://bucket", "https://api.pulumi.com", undefined])(
  "returns the names of the states that it cannot erase in %s",
  async (backend) => {
    expect(await eraseEarlierStates(backend, "fleet", "shard-0001")).toEqual([
      ".pulumi/history/fleet/shard-0001/",
      ".pulumi/backups/fleet/shard-0001/",
      ".pulumi/stacks/fleet/shard-0001.json.bak",
      ".pulumi/stacks/fleet/shard-0001.json.gz.bak",
      ".pulumi/stacks/fleet/shard-0001.json.zst.bak",
    ]);
  },
);

describe("the state in a directory", () => {
  /** Replaces the state as an engine does, and then calls `keepState`. Returns the state by then; undefined if it is missing. */
  function opened(ending = "") {
    const directory = temporaryDirectory();
    const file = join(directory, `.pulumi/stacks/fleet/shard-0001.json${ending}`);
    mkdirSync(dirname(file), { recursive: true });
    const keep = () => keepState({ PULUMI_BACKEND_URL: `file://${directory}` }, "fleet", "shard-0001");
    const replace = (data: string | Buffer) => {
      writeFileSync(`${file}.tmp`, data);
      renameSync(`${file}.tmp`, file);
    };
    const read = () => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
    return { file, keep, replace, read };
  }

  test("is restored if an engine has truncated it, also again", () => {
    const { keep, replace, read } = opened();
    for (const state of ['{"update":1}', '{"update":2}']) {
      replace(state);
      keep();
      for (const truncated of ['{"upd', ""]) {
        replace(truncated);
        keep();
        expect(read()).toBe(state);
      }
    }
  });

  test.each([
    ["gzip", ".gz", gzipSync],
    ["zstd", ".zst", zstdCompressSync],
  ])("is restored if it is compressed with %s", (_name, ending, compress) => {
    const { file, keep, replace } = opened(ending);
    const state = compress('{"update":1}');
    replace(state);
    keep();
    replace(state.subarray(0, -9));
    keep();
    expect(readFileSync(file)).toEqual(state);
  });

  test("is not restored after the stack was removed", () => {
    const { file, keep, replace, read } = opened();
    replace('{"update":1}');
    keep();
    renameSync(file, `${file}.bak`);
    keep();
    // The engine was killed while it created the stack again.
    replace("");
    keep();
    expect(read()).toBe("");
  });

  test("loses a truncated lock, which a full disk leaves, but no complete one", () => {
    const { file, keep } = opened();
    const locks = join(dirname(file), "../../locks/organization/fleet/shard-0001");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "a.json.18ecc292f2f8cf15.tmp"), "");
    writeFileSync(join(locks, "b.json"), "{}");
    keep();
    expect(readdirSync(locks)).toEqual(["b.json"]);
  });

  test("loses a truncated file of attributes, but no complete one", () => {
    const { file, keep, replace } = opened();
    replace("{}");
    writeFileSync(`${file}.attrs`, "{}");
    keep();
    expect(existsSync(`${file}.attrs`)).toBe(true);
    writeFileSync(`${file}.attrs`, "");
    keep();
    expect(existsSync(`${file}.attrs`)).toBe(false);
  });
});
