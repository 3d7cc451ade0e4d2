import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { kitFile } from "../ci/helpers/kit";
import { repository } from "./helpers/engine";
import { Lab, type Run } from "./helpers/lab";

const section = readFileSync(join(repository, "docs/credentials.md"), "utf8").split(
  "\n### Commands with the last token\n",
)[1];
/** The commands in the guide's list that use the token of the last update. */
const commands = Array.from(section?.matchAll(/^- `pulumi (.*)`$/gm) ?? [], ([, command = ""]) => command);
/** The cause and the remedy of the error in the guide. The error of `destroy` differs. */
const [, errorCause = "", remedy = ""] = /```console\n(.*?\.) (.*)\n```/.exec(section ?? "") ?? [];

let lab: Lab;

const backend = () => join(lab.directory, "backend");
const savedBackend = () => join(lab.directory, "kept");

const run = (command: string): Promise<Run> => {
  const [name = "", ...options] = command.split(" ");
  return lab.run(name, ...options, ...(name === "preview" ? [] : ["--skip-preview"]));
};

/** Runs each command from the same state, and with a changed tag, so that an update writes. Restores the state afterwards. */
async function outcomes(names: readonly string[]): Promise<string[]> {
  cpSync(backend(), savedBackend(), { recursive: true });
  lab.environment.TAG = String(Number(lab.environment.TAG) + 1);
  const results: string[] = [];
  for (const command of names) {
    rmSync(backend(), { recursive: true });
    cpSync(savedBackend(), backend(), { recursive: true });
    for (const { external_business_id, account } of integrations)
      lab.emulator.put(external_business_id, { connected_tag_id: "1" }, { account });
    const { exitCode, output } = await run(command);
    const isRefused = output.includes(errorCause) && output.includes("--run-program");
    results.push(`${command}: ${exitCode === 0 ? "works" : isRefused ? "401" : `unexpected: ${output}`}`);
  }
  rmSync(backend(), { recursive: true });
  cpSync(savedBackend(), backend(), { recursive: true });
  rmSync(savedBackend(), { recursive: true });
  return results;
}

const expectedResults = (outcome: string, names = commands) =>
  names.map((command) => `${command}: ${outcome}`);
const commandsRunningProgram = commands.map((command) => `${command} --run-program`);

let integrations: { external_business_id: string; account: string }[];

/** Issues a new token for an account, and expires the former one. */
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
    const used = [
      ...commands,
      ...commandsRunningProgram.filter((command) => command.startsWith("destroy")),
      "up",
    ];
    expect(await outcomes(used)).toEqual(expectedResults("works", used));
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
  ])(
    "the commands of the guide use the former token of %s, and `up` uses the current one",
    async (_, set) => {
      await set();
      expect(await outcomes(commands)).toEqual(expectedResults("401"));
      await lab.up();
    },
  );

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

  test("with `--run-program`, the commands use the current token", async () => {
    await setToken(renew("shop-1"));
    await setExplicit(renew("explicit"));
    expect(await outcomes(commandsRunningProgram)).toEqual(expectedResults("works", commandsRunningProgram));
  });
});
