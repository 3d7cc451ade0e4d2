import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { withAbsoluteBackend } from "../../fleet/shard/backend";
import { type FleetInvocation, fleetInvocation } from "../../fleet/shard/workspace";
import { initialize, openFleet } from "../../fleet/store/settings";
import { assertApiUrl, assertBackend, backendName } from "../../fleet/worker/environment";
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
  expect(await assertBackend(database.statements, invocation())).toBe("postgres://db/states");
  expect(await assertBackend(database.statements, invocation())).toBe("postgres://db/states");
  writeEngine(`echo '{"user": "a", "url": "s3://states"}'`);
  await expect(assertBackend(database.statements, invocation())).rejects.toThrow(
    "the fleet's states are in postgres://db/states, but this environment uses s3://states",
  );
  await initialize(database, passphrase, { backend: "s3://states" });
  await assertBackend(database.statements, invocation());
  expect((await openFleet(database, passphrase)).settings.backend).toBe("s3://states");
});

test("reports that the engine cannot access its backend, without credentials", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  writeEngine("echo 'error: unable to open postgres://pulumi:s3cret@db/states' >&2; exit 255");
  const refused = (environment: NodeJS.ProcessEnv) => {
    const { environment: given, ...others } = invocation();
    return assertBackend(database.statements, { ...others, environment: { ...given, ...environment } });
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
  ["https://api.pulumi.com/", "https://api.pulumi.com/"],
])("removes credentials from a backend's name: %s", (address, name) => {
  expect(backendName(address)).toBe(name);
});

test.each([
  ["file://.", "file:///srv/fleet"],
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
    await assertApiUrl(database.statements, invocation({ PINTEREST_API_URL }));
  await expect(assertApiUrl(database.statements, invocation())).rejects.toThrow(
    "the fleet uses Pinterest's API at http://127.0.0.1:4010/v5, but this environment has https://api.pinterest.com/v5",
  );
  await initialize(database, passphrase, { apiUrl: "https://api.pinterest.com/v5" });
  await assertApiUrl(database.statements, invocation());
});
