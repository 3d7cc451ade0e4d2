import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { kitFile } from "../ci/helpers/kit";
import { repository } from "./helpers/engine";
import { Lab, type Run } from "./helpers/lab";

const guide = readFileSync(join(repository, "docs/credentials.md"), "utf8").split(
  "\n### Commands with the last token\n",
)[1];
/** The commands that use the token of the last update, as the guide lists them. */
const commands = Array.from(guide?.matchAll(/^- `pulumi (.*)`$/gm) ?? [], ([, command = ""]) => command);
/** The cause and the remedy of the error in the guide, which a `destroy` says in other words. */
const [, refusal = "", remedy = ""] = /```console\n(.*?\.) (.*)\n```/.exec(guide ?? "") ?? [];

let lab: Lab;

const backend = () => join(lab.directory, "backend");
const kept = () => join(lab.directory, "kept");

const run = (command: string): Promise<Run> => {
  const [name = "", ...options] = command.split(" ");
  return lab.run(name, ...options, ...(name === "preview" ? [] : ["--skip-preview"]));
};

/** Runs each command on the stack as it is now, and with another tag, so that an update has something to write. */
async function outcomes(names: readonly string[]): Promise<string[]> {
  cpSync(backend(), kept(), { recursive: true });
  lab.environment.TAG = String(Number(lab.environment.TAG) + 1);
  const found: string[] = [];
  for (const command of names) {
    rmSync(backend(), { recursive: true });
    cpSync(kept(), backend(), { recursive: true });
    for (const { external_business_id, account } of integrations)
      lab.emulator.put(external_business_id, { connected_tag_id: "1" }, { account });
    const { exitCode, output } = await run(command);
    const isRefused = output.includes(refusal) && output.includes("--run-program");
    found.push(`${command}: ${exitCode === 0 ? "works" : isRefused ? "401" : `something else: ${output}`}`);
  }
  rmSync(backend(), { recursive: true });
  cpSync(kept(), backend(), { recursive: true });
  rmSync(kept(), { recursive: true });
  return found;
}

const each = (outcome: string, names = commands) => names.map((command) => `${command}: ${outcome}`);
const running = commands.map((command) => `${command} --run-program`);

let integrations: { external_business_id: string; account: string }[];

/** A new token for an account; the former one has expired. */
function renew(account: string): string {
  const former = lab.emulator.token(account);
  const token = lab.emulator.issueToken(account);
  lab.emulator.expireToken(former);
  return token;
}

const declare = (text: string) =>
  lab.program(
    {},
    `const declare = (name, args, options) => new pinterest.CommerceIntegration(name, {
      externalBusinessId: name,
      connectedTagId: process.env.TAG,
      ...args,
    }, options);
    ${text}`,
  );

beforeAll(async () => {
  lab = await Lab.open();
  for (const name of ["north", "explicit"]) lab.emulator.addAccount({ name });
});

afterAll(() => lab.close());

test("the guide lists commands, and the text of the error", () => {
  expect(commands).toEqual(["preview --refresh", "refresh", "up --refresh", "destroy"]);
  expect(remedy).toContain("--run-program");
});

describe("tokens of the environment and of the account command", () => {
  const setAccountCommand = (token: string) => {
    const print = `console.log(${JSON.stringify(JSON.stringify({ north: token }))});`;
    writeFileSync(join(lab.directory, "tokens.cjs"), print);
  };

  test("all commands use the current token", async () => {
    declare('declare("shop"); declare("north", { account: "north" });');
    integrations = [
      { external_business_id: "shop", account: "shop-1" },
      { external_business_id: "north", account: "north" },
    ];
    setAccountCommand(lab.emulator.token("north"));
    lab.environment.PINTEREST_ACCOUNT_COMMAND = JSON.stringify([process.execPath, "tokens.cjs"]);
    lab.environment.TAG = "1";
    await lab.up();
    lab.environment.PINTEREST_ACCESS_TOKEN = renew("shop-1");
    setAccountCommand(renew("north"));
    const used = [...commands, ...running.filter((command) => command.startsWith("destroy")), "up"];
    expect(await outcomes(used)).toEqual(each("works", used));
    delete lab.environment.PINTEREST_ACCOUNT_COMMAND;
    delete lab.environment.PINTEREST_ACCESS_TOKEN;
  });
});

describe("tokens of the stack's configuration and of an explicit provider", () => {
  const setToken = (token: string) =>
    lab.succeed("config", "set", "--secret", "pinterest:accessToken", token);
  const setExplicit = (token: string) => lab.succeed("config", "set", "--secret", "explicitToken", token);

  beforeAll(async () => {
    declare(`declare("configured");
      const accessToken = new pulumi.Config().requireSecret("explicitToken");
      declare("explicit", {}, { provider: new pinterest.Provider("own", { accessToken }) });`);
    integrations = [
      { external_business_id: "configured", account: "shop-1" },
      { external_business_id: "explicit", account: "explicit" },
    ];
    await lab.succeed("stack", "init", "configured");
    await setToken(lab.emulator.token("shop-1"));
    await setExplicit(lab.emulator.token("explicit"));
    lab.environment.TAG = "1";
    await lab.up();
  });

  test.each([
    ["the stack's configuration", () => setToken(renew("shop-1"))],
    ["an explicit provider", () => setExplicit(renew("explicit"))],
  ])("the commands of the guide use the former token of %s, and `up` the current one", async (_, set) => {
    await set();
    expect(await outcomes(commands)).toEqual(each("401"));
    await lab.up();
  });

  test("without `--refresh`, `preview` and `up` only warn until an `up` succeeds, and the preview of CI reports the drift", async () => {
    await setToken(renew("shop-1"));
    lab.emulator.change("configured", { connected_tag_id: "77" });
    for (const plain of [await lab.succeed("preview", "--diff"), await lab.up("--diff")]) {
      expect(plain.output).toContain("cannot check integration 'configured' for drift");
      expect(plain.output).not.toContain("connectedTagId");
    }
    expect((await lab.succeed("preview", "--diff")).output).toContain('connectedTagId: "77" =>');
    expect((await lab.succeed("preview", "--diff", "--run-program")).output).not.toContain("connectedTagId");

    await setToken(renew("shop-1"));
    Object.assign(lab.environment, { STACK: "configured", REPORT: lab.directory });
    for (const file of ["github/.github/workflows/preview.yml", "gitlab/.gitlab-ci.yml"]) {
      const [command = ""] =
        /^ *PINTEREST_WHEN_UNREACHABLE=keep pulumi preview .*\\\n.*$/m.exec(kitFile(file)) ?? [];
      expect((await lab.process("bash", "-c", `preview=0; ${command}`)).exitCode).toBe(0);
      expect(readFileSync(join(lab.directory, "preview.txt"), "utf8")).toContain('connectedTagId: "77" =>');
    }
  });

  test("with `--run-program` they use the current one", async () => {
    await setToken(renew("shop-1"));
    await setExplicit(renew("explicit"));
    expect(await outcomes(running)).toEqual(each("works", running));
  });
});
