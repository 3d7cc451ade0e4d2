import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { assertBackend, backendName } from "../../provider/fleet/store/backend";
import { initialize, openFleet } from "../../provider/fleet/store/settings";
import { temporaryDirectory } from "../temporary-directory";
import { afterEach, beforeEach, test } from "../with-postgres";
import { passphrase, TestDatabase } from "./helpers/fleet";

const server = new TestDatabase();
const path = process.env.PATH;
let directory: string;

/** An engine that says where its states are. */
function engine(script: string): void {
  writeFileSync(join(directory, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

beforeEach(() => {
  directory = temporaryDirectory();
  process.env.PATH = `${directory}:${path}`;
});

afterEach(() => {
  process.env.PATH = path;
});

test("the fleet's states are where its first worker has them, and another backend is refused", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  engine(`echo '{"user": "a", "url": "postgres://pulumi:s3cret@db/states?sslmode=disable"}'`);
  expect(await assertBackend(database.statements, directory)).toBe("postgres://db/states");
  expect(await assertBackend(database.statements, directory)).toBe("postgres://db/states");
  engine(`echo '{"user": "a", "url": "file://~"}'`);
  await expect(assertBackend(database.statements, directory)).rejects.toThrow(
    "the fleet's states are in postgres://db/states, and the engine here has file://~",
  );
  await initialize(database, passphrase, { backend: "file://~" });
  await assertBackend(database.statements, directory);
  expect((await openFleet(database, passphrase)).settings.backend).toBe("file://~");
});

test("an engine that has no access says so, without credentials", async () => {
  const database = await server.open();
  await initialize(database, passphrase, {});
  engine("echo 'error: unable to open postgres://pulumi:s3cret@db/states' >&2; exit 255");
  const refused = assertBackend(database.statements, directory);
  await expect(refused).rejects.toThrow(
    "no access to its states: error: unable to open postgres://…@db/states",
  );
});

test.each([
  ["postgres://user:word@host:5432/db?sslmode=disable", "postgres://host:5432/db"],
  ["s3://bucket/path?region=x", "s3://bucket/path"],
  ["https://api.pulumi.com/", "https://api.pulumi.com/"],
])("a backend's name has no credentials: %s", (address, name) => {
  expect(backendName(address)).toBe(name);
});
