import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/credentials.md");

const lab = labOfFile({ example: "quickstart" });

beforeAll(async () => {
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
  const { refresh_token, app_id, app_secret } = lab.emulator.account();
  const [setToken, setApp, setSecret] = guide.split();
  await setToken?.(lab, { stdin: refresh_token });
  await setApp?.(lab, { replace: { "1234567": app_id } });
  await setSecret?.(lab, { stdin: app_secret });
  await guide.next(lab);
  const token = lab.emulator.addAccount({ name: "north" }).access_tokens[0];
  mkdirSync(join(lab.directory, "scripts"));
  writeFileSync(
    join(lab.directory, "scripts/tokens.mjs"),
    `console.log(JSON.stringify({ north: ${JSON.stringify(token)} }));\n`,
  );
  await lab.succeed("config", "set", "--secret", "partnerAccessToken", "the-old-one");
  writeFileSync(
    join(lab.directory, "index.ts"),
    `import * as pulumi from "@pulumi/pulumi";
import * as pinterest from "pulumi-pinterest";
${guide.program()}
new pinterest.CommerceIntegration("north", { externalBusinessId: "of-north", account: "north" });
`,
  );
  await lab.up();
});

test("exchanges a refresh token for an access token", () => {
  expect(lab.emulator.counters().operations.token).toBe(1);
  expect(lab.emulator.integration("my-shop-1")).toBeDefined();
});

test("reads the tokens of named accounts from a command", () => {
  expect(lab.emulator.integrations("north")).toMatchObject([{ external_business_id: "of-north" }]);
});

test("uses a renewed token, and changes nothing", async () => {
  await lab.succeed("config", "rm", "pinterest:refreshToken");
  const [setToken, doctor] = guide.split();
  await setToken?.(lab, { stdin: lab.emulator.token() });
  await doctor?.(lab);
  await guide.next(lab);
});

test("an update with a new partner token sends only the token", async () => {
  lab.emulator.clearRequests();
  const [setToken, up] = guide.split();
  await setToken?.(lab, { stdin: "the-new-one" });
  await up?.(lab);
  expect(lab.written("my-shop-1")).toEqual([["PATCH", { partner_access_token: "the-new-one" }]]);
});

test("runs every command of the guide", () => guide.finish());
