import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Emulator } from "../../../../emulator";
import { generateSdks } from "../../../../scripts/sdks/generate.mts";
import { repository } from "../../helpers/engine";
import { Lab } from "../../helpers/lab";
import { prepareGo, prepareJava, preparePython, type Request, type Runner } from "./languages";

// Programs in Python, Go and Java run as functions of the Automation API, because an engine that was built from source has no language hosts for them.

const examples = join(repository, "scripts/schema/examples");
const names = readdirSync(examples, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.slice(0, -".yaml".length))
  .sort();

const isMissing = (tool: string) => spawnSync(tool, ["-version"]).error !== undefined;
const missing = ["go", "python3"].filter(isMissing);
if (missing.length > 0) test.skip(`SDKs: ${missing.join(" and ")} is not on PATH`, () => {});
const tested = (["Python", "Go", "Java"] as const).filter((name) => name !== "Java" || !isMissing("mvn"));
if (!tested.includes("Java")) test.skip("SDK for Java: mvn is not on PATH", () => {});
/** The examples with all arguments of a resource, and with a function that has secret results. The types of all examples are checked. */
const run = [
  "CommerceIntegration/set-all-arguments",
  "getIntegration/read-an-integration-with-its-partner-tokens",
];

interface Language {
  readonly extension: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly runner: Runner;
  /** Checks the programs without running them. */
  readonly check: () => Promise<unknown>;
}

(missing.length > 0 ? describe.skip : describe)("SDKs", () => {
  const sdks = mkdtempSync(join(tmpdir(), "pulumi-pinterest-sdks-"));
  const languages: Record<string, Language> = {};
  /** What each example does as a YAML program. */
  const expected: Record<string, Effect> = {};

  beforeAll(async () => {
    await generateSdks(sdks);
    const programs = (extension: string) => [
      ...names.map((name) => join(examples, `${name}.${extension}`)),
      join(__dirname, `partner_token.${extension}`),
    ];
    const prepare = { Python: preparePython, Go: prepareGo, Java: prepareJava };
    const extensions = { Python: "py", Go: "go", Java: "java" };
    await Promise.all(
      tested.map(async (name) => {
        const extension = extensions[name];
        const language = await prepare[name](join(sdks, name.toLowerCase()), programs(extension));
        languages[name] = { ...language, extension };
      }),
    );
    for (const name of run) expected[name] = await yamlEffect(name);
  });

  afterAll(() => rmSync(sdks, { recursive: true }));

  test.each(["Python", "Go"])("the examples in %s have no type errors", async (name) => {
    await languages[name]?.check();
  });

  describe.each(tested)("an example in %s has the effect of the YAML program", (language) => {
    test.each(run)("%s", async (name) => {
      const { extension, ...settings } = languages[language] as Language;
      const effect = await withLab(name, async (lab) => {
        const program = join(examples, `${name}.${extension}`);
        const configuration = configurationOf(lab);
        const { outputs, secret } = await perform(lab, settings, { command: "up", program, configuration });
        const hidden = Object.fromEntries(secret.map((output) => [output, "[secret]"]));
        return effectOf(lab.emulator, { ...outputs, ...hidden });
      });
      const inYaml = expected[name] as Effect;
      expect(effect).toEqual(language === "Java" ? withStrings(inYaml) : inYaml);
    });
  });

  test.each(tested)("a program in %s creates, finds drift and keeps secrets", async (language) => {
    const { extension, ...settings } = languages[language] as Language;
    const lab = await Lab.open({ providerType: "plugin" });
    try {
      const program = join(__dirname, `partner_token.${extension}`);
      const command = (name: Request["command"]) =>
        perform(lab, settings, { command: name, program, configuration: {} });
      const { outputs, secret } = await command("up");
      expect(secret).toEqual(["token"]);
      expect(outputs.integrationId).toBe(lab.emulator.integration("shop")?.id);
      expect(lab.emulator.integration("shop")?.partner_access_token).toBe("partner-token-in-plaintext");
      expect(stateOf(lab)).toContain('"connectedTagId":"2613187432"');
      expect(stateOf(lab)).not.toMatch(/(?:partner|account)-token-in-plaintext/);

      lab.emulator.change("shop", { connected_tag_id: "1" });
      expect((await command("preview")).changes).toEqual({ same: 2, update: 1 });
    } finally {
      await lab.close();
    }
  });
});

/** What an example does at Pinterest, and its outputs, without the values of secrets. */
interface Effect {
  readonly writes: unknown[];
  readonly outputs: Record<string, unknown>;
}

function effectOf(emulator: Emulator, outputs: Record<string, unknown>): Effect {
  const writes = emulator.requests().filter(({ method }) => method !== "GET");
  // A log entry has the time at which it was sent.
  const body = (text: unknown) =>
    JSON.stringify(text)?.replace(/"client_timestamp":\d+/, '"client_timestamp":0');
  return {
    writes: writes.map(({ method, path, request_body }) => ({ method, path, body: body(request_body) })),
    outputs,
  };
}

/** Deploys an example in YAML. */
async function yamlEffect(name: string): Promise<Effect> {
  return withLab(name, async (lab) => {
    lab.setYamlProgram(readFileSync(join(examples, `${name}.yaml`), "utf8"));
    const settings = Object.entries(configurationOf(lab)).flatMap(([key, value]) => [
      "--secret",
      `${key}=${value}`,
    ]);
    await lab.succeed("config", "set-all", ...settings);
    await lab.up();
    const { stdout } = await lab.succeed("stack", "output", "--json");
    return effectOf(lab.emulator, JSON.parse(stdout));
  });
}

/** The Automation API of Java reads outputs as strings. */
function withStrings(effect: Effect): Effect {
  const outputs = Object.entries(effect.outputs).map(([name, value]) => [name, String(value)]);
  return { ...effect, outputs: Object.fromEntries(outputs) };
}

/** A lab with the accounts and integrations that an example mentions. */
async function withLab<T>(name: string, action: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await Lab.open({ providerType: "plugin", accounts: 1 });
  try {
    for (const account of ["north", "south"]) lab.emulator.addAccount({ name: account });
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ north: lab.emulator.token("north") });
    // The second one has the ID of the example.
    for (const id of name.startsWith("get") ? ["first", "second"] : [])
      lab.emulator.put(id, { partner_access_token: "partner-token" }, { account: "north" });
    return await action(lab);
  } finally {
    await lab.close();
  }
}

function configurationOf(lab: Lab): Record<string, string> {
  return {
    partnerAccessToken: "partner-token",
    partnerRefreshToken: "partner-refresh-token",
    partnerEmail: "shop@example.com",
    northToken: lab.emulator.token("north"),
    southToken: lab.emulator.token("south"),
  };
}

/** Runs a command of the Automation API. @throws Error with the output if it fails */
async function perform(
  lab: Lab,
  { environment, runner: [program, ...args] }: Pick<Language, "environment" | "runner">,
  request: Omit<Request, "directory">,
): Promise<{ changes: Record<string, number>; outputs: Record<string, unknown>; secret: string[] }> {
  const directory = join(lab.directory, "automation");
  mkdirSync(directory, { recursive: true });
  const child = spawn(program, args, { cwd: directory, env: { ...lab.environment, ...environment } });
  child.stdin.end(JSON.stringify({ ...request, directory }));
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (part: string) => {
      text[stream] += part;
    });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`${request.command} failed:\n${text.stdout}${text.stderr}`);
  return JSON.parse(text.stdout);
}

/** The state of the project of {@link perform}. */
function stateOf(lab: Lab): string {
  return readFileSync(join(lab.directory, "backend/.pulumi/stacks/lab/dev.json"), "utf8");
}
