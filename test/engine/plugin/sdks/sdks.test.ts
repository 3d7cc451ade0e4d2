import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { generateSdks } from "../../../../scripts/sdks/generate.mts";
import { repository } from "../../helpers/engine";
import { Lab } from "../../helpers/lab";
import { type Language, prepareGo, prepareJava, preparePython } from "./languages";

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

(missing.length > 0 ? describe.skip : describe)("SDKs", () => {
  const sdks = mkdtempSync(join(tmpdir(), "pulumi-pinterest-sdks-"));
  const languages: Record<string, Language> = {};

  beforeAll(async () => {
    await generateSdks(sdks);
    const examplesIn = (extension: string) => names.map((name) => join(examples, `${name}.${extension}`));
    const prepare = {
      Python: () => preparePython(join(sdks, "python"), examplesIn("py")),
      Go: () => prepareGo(join(sdks, "go"), examplesIn("go")),
      Java: () => prepareJava(join(sdks, "java"), examplesIn("java")),
    };
    await Promise.all(
      tested.map(async (name) => {
        languages[name] = await prepare[name]();
      }),
    );
  });

  afterAll(() => rmSync(sdks, { recursive: true }));

  test.each(["Python", "Go"])("the examples in %s have no type errors", async (name) => {
    await languages[name]?.check();
  });

  test.each(tested)("a program in %s creates, finds drift and keeps secrets", async (language) => {
    const lab = await Lab.open({ providerType: "plugin" });
    try {
      const command = (name: "up" | "preview") => perform(lab, languages[language] as Language, name);
      const { outputs, secret } = await command("up");
      expect(secret).toEqual(["token"]);
      expect(outputs.integrationId).toBe(lab.emulator.integration("shop")?.id);
      expect(lab.emulator.integration("shop")).toMatchObject({
        connected_tag_id: "2613187432",
        partner_access_token: "partner-token-in-plaintext",
        partner_access_token_expiry: 1893456000000,
        partner_metadata: '{"feature_flags":{"catalog":true}}',
        scopes: "read_catalog,write_catalog",
      });
      expect(stateOf(lab)).toContain('"connectedTagId":"2613187432"');
      expect(stateOf(lab)).not.toMatch(/(?:partner|account)-token-in-plaintext/);

      lab.emulator.change("shop", { connected_tag_id: "1" });
      expect((await command("preview")).changes).toEqual({ same: 2, update: 1 });
    } finally {
      await lab.close();
    }
  });
});

/** Runs a command of the Automation API. @throws Error with the output if it fails */
async function perform(
  lab: Lab,
  { environment, runner: [program, ...args] }: Language,
  command: "up" | "preview",
): Promise<{ changes: Record<string, number>; outputs: Record<string, unknown>; secret: string[] }> {
  const directory = join(lab.directory, "automation");
  mkdirSync(directory, { recursive: true });
  const child = spawn(program, [...args, command], {
    cwd: directory,
    env: { ...lab.environment, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (part: string) => {
      text[stream] += part;
    });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`${command} failed:\n${text.stdout}${text.stderr}`);
  return JSON.parse(text.stdout);
}

/** The state of the project of {@link perform}. */
function stateOf(lab: Lab): string {
  return readFileSync(join(lab.directory, "backend/.pulumi/stacks/lab/dev.json"), "utf8");
}
