import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { eraseEarlierStates } from "../../fleet/shard/backend";
import { temporaryDirectory } from "../temporary-directory";

test("erases a stack's earlier states in a directory, and nothing else", async () => {
  const directory = temporaryDirectory();
  const [kept, erased] = [
    ["stacks/fleet/shard-0001.json", "history/fleet/shard-00010/a.json", "history/other/shard-0001/a.json"],
    [
      "history/fleet/shard-0001/a.checkpoint.json",
      "backups/fleet/shard-0001/b.json",
      "stacks/fleet/shard-0001.json.bak",
    ],
  ].map((files) => files.map((file) => join(directory, ".pulumi", file)));
  for (const file of [...(kept ?? []), ...(erased ?? [])]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "{}");
  }
  expect(await eraseEarlierStates(`file://${directory}`, "fleet", "shard-0001")).toEqual([]);
  expect(kept?.map(existsSync)).toEqual([true, true, true]);
  expect(erased?.map(existsSync)).toEqual([false, false, false]);
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
