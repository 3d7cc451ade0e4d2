import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { Lab } from "../helpers/lab";

const guide = Guide.read("docs/credentials.md");

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ example: "quickstart" });
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
});

afterAll(() => lab.close());

test("a refresh token gives the access token", async () => {
  const { refresh_token, app_id, app_secret } = lab.emulator.account();
  const [setToken, setApp, setSecret] = guide.split();
  await setToken?.(lab, { stdin: refresh_token });
  await setApp?.(lab, { replace: { "1234567": app_id } });
  await setSecret?.(lab, { stdin: app_secret });
  await lab.up();
  expect(lab.emulator.counters().operations.token).toBe(1);
});

test("a command gives the tokens of named accounts", async () => {
  await guide.next(lab);
  const token = lab.emulator.addAccount({ name: "north" }).access_tokens[0];
  mkdirSync(join(lab.directory, "scripts"));
  writeFileSync(
    join(lab.directory, "scripts/tokens.mjs"),
    `console.log(JSON.stringify({ north: ${JSON.stringify(token)} }));\n`,
  );
  writeFileSync(
    join(lab.directory, "index.ts"),
    'import * as pinterest from "pulumi-pinterest";\n' +
      'new pinterest.CommerceIntegration("shop", { externalBusinessId: "of-north", account: "north" });\n',
  );
  await lab.up();
  expect(lab.emulator.integrations("north")).toMatchObject([{ external_business_id: "of-north" }]);
});

test("a token that was renewed is taken, and the program is unchanged", async () => {
  await lab.succeed("config", "rm", "pinterest:refreshToken");
  const [setToken, doctor] = guide.split();
  await setToken?.(lab, { stdin: lab.emulator.token() });
  await doctor?.(lab);
  await guide.next(lab);
});

test("a partner's token is renewed by an update that sends nothing else", async () => {
  writeFileSync(
    join(lab.directory, "index.ts"),
    `import * as pulumi from "@pulumi/pulumi";\nimport * as pinterest from "pulumi-pinterest";\n${guide.program()}\n`,
  );
  await lab.succeed("config", "set", "--secret", "partnerAccessToken", "the-old-one");
  await lab.up();
  lab.emulator.clearRequests();
  const [setToken, up] = guide.split();
  await setToken?.(lab, { stdin: "the-new-one" });
  await up?.(lab);
  expect(lab.written("my-shop-1")).toEqual([["PATCH", { partner_access_token: "the-new-one" }]]);
});

test("no command of the guide is left out", () => guide.finish());
