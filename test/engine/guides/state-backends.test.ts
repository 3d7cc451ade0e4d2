import { truncateSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase } from "../../postgres";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";
import { startS3 } from "../helpers/s3";

const guide = Guide.read("docs/state-backends.md");
const database = "postgres://pulumi@db.example.com:5432/pulumi";

const lab = labOfFile();
let bucket: Awaited<ReturnType<typeof startS3>>;

beforeAll(async () => {
  lab.program({ shop: { externalBusinessId: "shop", connectedTagId: "1" } });
  // The guide sets the backends and passphrases. Its `pulumi login` must use the lab's home directory.
  delete lab.environment.PULUMI_BACKEND_URL;
  delete lab.environment.PULUMI_CONFIG_PASSPHRASE;
  lab.environment.PULUMI_HOME = `${lab.directory}/home`;
  bucket = await startS3("states");
  Object.assign(lab.environment, bucket.environment);
});

afterAll(() => bucket.stop());

test("stores state in a directory", async () => {
  await guide.next(lab);
  expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "1" });
});

test("stores state in a bucket", async () => {
  await guide.next(lab, { replace: { "s3://my-pulumi-state?region=eu-central-1": bucket.url } });
});

test("moves state from a directory to PostgreSQL", async () => {
  const replace = { [database]: `${await createDatabase()}?sslmode=disable` };
  await guide.next(lab, { replace });
  lab.emulator.clearRequests();
  await guide.next(lab, { replace });
  expect(lab.writes()).toEqual([]);
});

test("continues after an interrupted command", async () => {
  await guide.next(lab);
});

test("repairs a truncated state", async () => {
  await lab.succeed("login", "file://./state");
  await lab.succeed("stack", "select", "dev");
  truncateSync(`${lab.directory}/state/.pulumi/stacks/${lab.project}/dev.json`, 100);
  expect((await lab.run("stack", "export")).stderr).toContain("unexpected end of JSON input");
  lab.emulator.clearRequests();
  await guide.next(lab, { replace: { PROJECT: lab.project } });
  expect(lab.writes()).toEqual([]);
});

test("runs every command of the guide", () => guide.finish());
