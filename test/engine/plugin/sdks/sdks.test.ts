import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { packageNamesOf } from "../../../../scripts/schema/address.mts";
import { generateSdks } from "../../../../scripts/sdks/generate.mts";
import { examples, schema } from "../../../plugin/helpers/schema";
import { repository } from "../../helpers/engine";
import { Lab } from "../../helpers/lab";
import { propertiesIn } from "./exported-properties";
import { type Language, prepareGo, prepareJava, preparePython } from "./languages";

const languages = [
  { name: "Python", compiler: "python3", extension: "py", prepare: preparePython },
  { name: "Go", compiler: "go", extension: "go", prepare: prepareGo },
  { name: "Java", compiler: "mvn", extension: "java", prepare: prepareJava },
];

const isMissing = (tool: string) => spawnSync(tool, ["-version"]).error !== undefined;
// Go generates the SDKs of all languages.
const isGoMissing = isMissing("go");
if (isGoMissing) test.skip("SDKs: go is not on PATH", () => {});

(isGoMissing ? describe.skip : describe)("generated SDKs", () => {
  const sdks = mkdtempSync(join(tmpdir(), "pulumi-pinterest-sdks-"));
  const text = (file: string) => readFileSync(join(sdks, file), "utf8");

  beforeAll(() => generateSdks(sdks));

  afterAll(() => rmSync(sdks, { recursive: true }));

  const packages = packageNamesOf(JSON.parse(readFileSync(join(repository, "package.json"), "utf8")));
  const javaPackage = `${packages.javaPackage}.pinterest`;
  const java = `java/src/main/java/${javaPackage.replaceAll(".", "/")}/CommerceIntegration`;
  const secrets = Object.entries(Object.values(schema.resources)[0]?.inputProperties ?? {})
    .filter(([, { secret }]) => secret)
    .map(([name]) => name)
    .sort();
  const pascal = ([first = "", ...rest]: string) => first.toUpperCase() + rest.join("");

  test("keep secret arguments and outputs secret, in every language", () => {
    expect(secrets).toEqual(["partnerAccessToken", "partnerPrimaryEmail", "partnerRefreshToken"]);
    for (const name of secrets) {
      // The outputs.
      expect(text("dotnet/CommerceIntegration.cs")).toMatch(
        new RegExp(`AdditionalSecretOutputs =\\s*\\{[^}]*"${name}"`),
      );
      expect(text("go/pinterest/commerceIntegration.go")).toMatch(
        new RegExp(`AdditionalSecretOutputs\\(\\[\\]string\\{[^}]*"${name}"`),
      );
      expect(text(`${java}.java`)).toMatch(
        new RegExp(`additionalSecretOutputs\\(List\\.of\\([^)]*"${name}"`),
      );
      expect(text("nodejs/commerceIntegration.ts")).toMatch(
        new RegExp(`additionalSecretOutputs: \\[.*"${name}"`),
      );
      const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      expect(text("python/pulumi_pinterest/commerce_integration.py")).toContain(
        `__props__.__dict__["${snake}"] = None if ${snake} is None else pulumi.Output.secret(${snake})`,
      );
      // The arguments. In Java, only the outputs: the plugin marks the arguments.
      expect(text("dotnet/CommerceIntegration.cs")).toMatch(
        new RegExp(
          `Input<string>\\? ${pascal(name)}\\s*\\{[^}]*\\}?\\s*set\\s*\\{\\s*var emptySecret = Output.CreateSecret`,
        ),
      );
      expect(text("go/pinterest/commerceIntegration.go")).toMatch(
        new RegExp(`args\\.${pascal(name)} = pulumi\\.ToSecret`),
      );
      expect(text("nodejs/commerceIntegration.ts")).toContain(`pulumi.secret(args.${name})`);
    }
  });

  test("name the package as users of each language expect", () => {
    expect(text("python/pyproject.toml")).toContain('name = "pulumi_pinterest"');
    expect(text("go/go.mod")).toMatch(/^module \S+\/sdk\/go$/m);
    expect(text(`dotnet/${packages.csharpNamespace}.Pinterest.csproj`)).toContain(
      "<PackageIcon>logo.png</PackageIcon>",
    );
    expect(text(`${java}.java`)).toContain(`package ${javaPackage};`);
    expect(JSON.parse(text("nodejs/package.json"))).toMatchObject({ name: "pulumi-pinterest" });
  });

  test("for Node.js, has the arguments and outputs of this package", () => {
    symlinkSync(join(repository, "node_modules"), join(sdks, "node_modules"));
    const generated = join(sdks, "nodejs/index.ts");
    const own = join(repository, "provider/sdk/native/index.ts");
    const program = ts.createProgram([generated, own], {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
      typeRoots: [join(repository, "node_modules/@types")],
    });
    const [theirs, ours] = [propertiesIn(program, generated), propertiesIn(program, own)];
    // Programs cannot read the arguments of this package's providers.
    const compared = Object.keys(theirs).filter((name) => name in ours && name !== "Provider");
    expect(compared).toEqual(
      expect.arrayContaining([
        "CommerceIntegration",
        "CommerceIntegrationArgs",
        "IntegrationLog",
        "IntegrationLogArgs",
        "ProviderArgs",
        "GetIntegrationsArgs",
        "GetIntegrationArgs",
        "GetCommerceIntegrationArgs",
      ]),
    );
    for (const name of compared)
      expect({ name, properties: ours[name] }).toEqual({ name, properties: theirs[name] });
  });

  // Programs run as functions of the Automation API, because an engine that was built from source has no hosts for these languages.
  describe.each(languages)("the SDK for $name", ({ name, compiler, extension, prepare }) => {
    const testUnlessMissing = isMissing(compiler) ? test.skip : test;
    /** Compiles the examples once, for the first test that runs. */
    let prepared: Promise<Language> | undefined;
    const preparedOnce = () => {
      const files = readdirSync(examples, { recursive: true }).map(String);
      const programs = files.filter((file) => file.endsWith(`.${extension}`)).sort();
      prepared ??= prepare(
        join(sdks, name.toLowerCase()),
        programs.map((file) => join(examples, file)),
      );
      return prepared;
    };

    testUnlessMissing(`compiles all examples (needs ${compiler} on PATH)`, async () => {
      await preparedOnce();
    });

    testUnlessMissing("runs a program that creates, finds drift and keeps secrets", async () => {
      const language = await preparedOnce();
      const lab = await Lab.open({ providerType: "plugin" });
      try {
        const command = (name: "up" | "preview") => perform(lab, language, name);
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
