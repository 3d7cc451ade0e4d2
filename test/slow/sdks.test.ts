import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { packageNamesOf } from "../../scripts/schema/address.mts";
import { generateSdks } from "../../scripts/sdks/generate.mts";
import { repository, schema } from "../plugin/helpers/schema";

const isMissing = (tool: string) => spawnSync(tool, ["-version"]).error !== undefined;

if (isMissing("go")) test.skip("SDKs: go is not on PATH", () => {});

(isMissing("go") ? describe.skip : describe)("generated SDKs", () => {
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
});

/** The properties of the exported classes and interfaces, and whether they are optional, by the name of the type. */
function propertiesIn(
  program: ts.Program,
  file: string,
): Record<string, Record<string, "optional" | "required">> {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} has no exports`);
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
  return Object.fromEntries(
    exported
      .filter(
        ({ flags }) => flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias),
      )
      .map((symbol) => {
        const properties = checker.getDeclaredTypeOfSymbol(symbol).getProperties();
        const named = properties.filter(
          ({ name, flags }) => !name.startsWith("__") && !(flags & ts.SymbolFlags.Method),
        );
        return [
          symbol.name,
          Object.fromEntries(
            named.map(
              ({ name, flags }) => [name, flags & ts.SymbolFlags.Optional ? "optional" : "required"] as const,
            ),
          ),
        ];
      }),
  );
}
