import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect } from "@jest/globals";
import { eraseEarlierStates, keepState, withAbsoluteBackend } from "../../fleet/shard/backend";
import { type FleetInvocation, fleetInvocation } from "../../fleet/shard/workspace";
import { initialize, openFleet } from "../../fleet/store/settings";
import { backendName, matchApi, matchBackend } from "../../fleet/worker/environment";
import { temporaryDirectory } from "../temporary-directory";
import { beforeEach, test } from "../with-postgres";
import { passphrase, TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();
let directory: string;

/** Writes an engine that runs a shell script. */
function writeEngine(script: string): void {
  writeFileSync(join(directory, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

beforeEach(() => {
  directory = temporaryDirectory();
});

/** A fleet with the engine of the directory, and these variables. */
function invocation(environment: NodeJS.ProcessEnv = {}): FleetInvocation {
  return fleetInvocation(directory, { PATH: `${directory}:${process.env.PATH}`, ...environment });
}

test("stores the first worker's state backend, and refuses another one", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  writeEngine(`echo '{"user": "a", "url": "postgres://pulumi:s3cret@db/states?sslmode=disable"}'`);
  expect(await matchBackend(database.statements, invocation())).toBe("postgres://db/states");
  expect(await matchBackend(database.statements, invocation())).toBe("postgres://db/states");
  writeEngine(`echo '{"user": "a", "url": "s3://states"}'`);
  await expect(matchBackend(database.statements, invocation())).rejects.toThrow(
    "the fleet's states are in postgres://db/states, but this environment uses s3://states",
  );
  await initialize(database, passphrase, { backend: "s3://states" });
  await matchBackend(database.statements, invocation());
  expect((await openFleet(database, passphrase)).settings.backend).toBe("s3://states");
});

test("reports that the engine cannot access its backend, without credentials", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  writeEngine("echo 'error: unable to open postgres://pulumi:s3cret@db/states' >&2; exit 255");
  const refused = (environment: NodeJS.ProcessEnv) => {
    const { environment: given, ...others } = invocation();
    return matchBackend(database.statements, { ...others, environment: { ...given, ...environment } });
  };
  await expect(refused({})).rejects.toThrow(
    /cannot access its state backend: error: unable to open postgres:\/\/…@db\/states\nSet PULUMI_BACKEND_URL/,
  );
  await expect(refused({ PULUMI_BACKEND_URL: "postgres://db/states" })).rejects.toThrow(
    /…@db\/states\nCheck PULUMI_BACKEND_URL/,
  );
});

test.each([
  ["postgres://user:word@host:5432/db?sslmode=disable", "postgres://host:5432/db"],
  ["postgres://user:w@rd@host/db", "postgres://host/db"],
  ["file:///states", `file:///states on ${hostname()}`],
  ["s3://bucket/path?region=x", "s3://bucket/path"],
])("removes credentials from a backend's name: %s", (address, name) => {
  expect(backendName(address)).toBe(name);
});

test.each([
  ["file://./states", "file:///srv/fleet/states"],
  ["file://states?no_tmp_dir=true", "file:///srv/fleet/states?no_tmp_dir=true"],
])("resolves a relative directory from the directory of the packages: %s", (address, absolute) => {
  const environment = { OTHER: "1", PULUMI_BACKEND_URL: address };
  expect(withAbsoluteBackend("/srv/fleet", environment)).toEqual({
    OTHER: "1",
    PULUMI_BACKEND_URL: absolute,
  });
});

test.each(["file:///states", "file://~", "s3://states", "postgres://db/states"])(
  "leaves other backends unchanged: %s",
  (address) => {
    const environment = { PULUMI_BACKEND_URL: address };
    expect(withAbsoluteBackend("/srv/fleet", environment)).toBe(environment);
  },
);

test("stores the first worker's API address, and refuses another one", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  for (const PINTEREST_API_URL of ["http://127.0.0.1:4010/v5/", "http://127.0.0.1:4010/v5"])
    await matchApi(database.statements, invocation({ PINTEREST_API_URL }));
  await expect(matchApi(database.statements, invocation())).rejects.toThrow(
    "the fleet uses Pinterest's API at http://127.0.0.1:4010/v5, but this environment has https://api.pinterest.com/v5",
  );
  await initialize(database, passphrase, { apiUrl: "https://api.pinterest.com/v5" });
  await matchApi(database.statements, invocation());
});

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

  test("is restored if it is compressed with zstd", () => {
    const { file, keep, replace } = opened(".zst");
    const state = zstdCompressSync('{"update":1}');
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
    // The engine was killed while it recreated the stack.
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
