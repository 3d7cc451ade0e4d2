import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { assertNotInUse, outputPathsOf, writeFiles } from "../../../cli/import/files";
import { importCommands } from "../../../cli/import/import";
import { type ImportResult, printResult } from "../../../cli/import/result";
import { exitCodes, noDirectory } from "../../expected/reports";
import { expectPrivate } from "../../platform";
import { recordingTerminal } from "../helpers/terminal";
import { importLabs } from "./helpers/import-lab";

const openLab = importLabs();

test("replaces named files only with --overwrite, and only the owner can read files with secrets", async () => {
  const { emulator, run, text, path } = await openLab();
  emulator.put("shop", { partner_access_token: "partner-token" });
  writeFileSync(path("shops.ts"), "mine");
  const args = ["--all", "--program", "shops.ts"];
  const refused = await run(...args);
  expect(refused).toMatchObject({ exitCode: 1, output: "" });
  expect(refused.notes).toContain("shops.ts already exists. Nothing was written.");
  expect(text("shops.ts")).toBe("mine");
  expect(readdirSync(path("."))).toEqual(["shops.ts"]);
  expect(emulator.counters().requests).toBe(0);
  expect(await run(...args, "--overwrite")).toMatchObject({ exitCode: 0 });
  expect(text("shops.ts")).toContain('"shop"');
  expect(text("shops.ts")).not.toContain("partner-token");
  const secret = ["pinterest-import-secrets.json", "pinterest-import.json"];
  for (const file of secret) expectPrivate(path(file));
  expect(readdirSync(path(".")).sort()).toEqual([...secret, "shops.ts"]);
});

test("uses the next free name for each default file, and keeps existing files", async () => {
  const { emulator, run, result, text, path } = await openLab();
  emulator.put("shop", { partner_access_token: "partner-token" });
  await run("--all");
  const before = ["pinterest-import.json", "pinterest-import-secrets.json", "pinterest-integrations.ts"].map(
    text,
  );
  emulator.put("late", { partner_access_token: "partner-token-2" });
  const second = await result("late");
  expect(second).toMatchObject({
    files: {
      import: "pinterest-import-2.json",
      program: "pinterest-integrations-2.ts",
      secrets: "pinterest-import-2-secrets.json",
    },
    programLine: 'import "./pinterest-integrations-2";',
    notes: [],
  });
  expect(second.commands.join()).toMatch(/pinterest-import-2-secrets\.json.*--file pinterest-import-2\.json/);
  expect(text("pinterest-integrations-2.ts")).toContain('"late"');
  rmSync(path("pinterest-import.json"));
  expect((await result("late")).files).toMatchObject({
    import: "pinterest-import-3.json",
    program: "pinterest-integrations-3.ts",
  });
  expect(["pinterest-import-secrets.json", "pinterest-integrations.ts"].map(text)).toEqual(before.slice(1));
  expect((await result("late", "--overwrite")).files).toMatchObject({
    import: "pinterest-import.json",
    program: "pinterest-integrations.ts",
  });
});

test("--overwrite does not replace a program in use", async () => {
  const { directory, path } = await openLab();
  writeFileSync(path("pinterest-integrations.ts"), 'new pinterest.CommerceIntegration("shop", {});');
  const options = { cwd: directory, overwrite: true };
  expect(outputPathsOf(options, ["shop"], {}).program.shown).toBe("pinterest-integrations-2.ts");
  expect(outputPathsOf(options, ["other"], {}).program.shown).toBe("pinterest-integrations.ts");
  const named = { ...options, program: "pinterest-integrations.ts" };
  const { program } = outputPathsOf(named, ["shop"], {});
  expect(program.shown).toBe("pinterest-integrations.ts");
  expect(() => assertNotInUse(program, ["shop", "other"])).toThrow(
    "pinterest-integrations.ts declares 1 integration that the stack manages (shop). It was not replaced",
  );
  expect(() => assertNotInUse(program, ["other"])).not.toThrow();
});

test.each([
  ["src/shops.ts", new RegExp(`src/shops\\.ts cannot be written: ${noDirectory} .*[\\\\/]src`)],
  ["shops", /shops cannot be written: .*[\\/]shops is a directory/],
])("refuses a path that cannot be written before any request: %s", async (program, message) => {
  const { emulator, run, path } = await openLab();
  mkdirSync(path("shops"));
  const { exitCode, notes } = await run("--all", "--overwrite", "--program", program);
  expect(exitCode).toBe(1);
  expect(notes).toMatch(message);
  expect(emulator.counters().requests).toBe(0);
});

test("replaces no file if one cannot be written", async () => {
  const { path, text } = await openLab();
  mkdirSync(path("sub"));
  writeFileSync(path("one"), "old");
  const file = (name: string) => ({ path: path(name), shown: name, text: "new", secret: false });
  expect(() => writeFiles([file("one"), file("missing/two")])).toThrow("cannot write the files");
  expect(text("one")).toBe("old");
  expect(readdirSync(path(".")).sort()).toEqual(["one", "sub"]);
});

const imported: ImportResult = {
  version: 1,
  managed: [],
  refused: [],
  failedAccounts: [],
  notes: [],
  commands: [],
  imports: [{ name: "shop", externalBusinessId: "shop" }],
  files: { program: "shops.ts" },
  performed: true,
};

test("reports the secret that an import added, how to check the import, and that the resources must stay protected", () => {
  const terminal = recordingTerminal();
  const declared = { programLine: 'import "./shops";', addedConfiguration: ["partnerSecrets"] };
  printResult({ ...imported, ...declared }, { cwd: ".", stack: "dev" }, terminal);
  expect(terminal.notes()).toBe("wrote shops.ts\n");
  expect(terminal.output()).toBe(`imported 1 integration
added their partner tokens and e-mail to the secret \`partnerSecrets\` in the stack's configuration

Add this line to your program before the next \`pulumi up --stack dev\`:
  import "./shops";

The resources are protected. Until the program declares them, \`pulumi up\` fails and deletes nothing. Do not run \`pulumi state unprotect\`:
\`pulumi up\` would then delete the integrations at Pinterest.
To check: \`pulumi preview --refresh --expect-no-changes --stack dev\`. It shows \`~protect\`, because the next update removes the protection.
Then run \`pulumi up --refresh --stack dev\`. Later previews also check the imported integrations for drift.
`);
});

test("after an import of protected resources into another directory's project, reports how to add the YAML program", () => {
  const terminal = recordingTerminal();
  const result = { ...imported, files: { program: "shops.yaml" } };
  printResult(result, { cwd: "my project", protect: true }, terminal);
  expect(terminal.output()).toBe(`imported 1 integration

Copy the sections of shops.yaml into Pulumi.yaml before the next \`pulumi up --cwd 'my project'\`:
  cd 'my project' && cat shops.yaml >> Pulumi.yaml

The resources are protected. Until the program declares them, \`pulumi up\` fails and deletes nothing. Do not run \`pulumi state unprotect\`:
\`pulumi up\` would then delete the integrations at Pinterest.
To check: \`pulumi preview --refresh --expect-no-changes --cwd 'my project'\`.
Then run \`pulumi up --refresh --cwd 'my project'\`. Later previews also check the imported integrations for drift.
`);
});

test("names the file of the project's program that needs the new line", async () => {
  const { emulator, result, path } = await openLab();
  emulator.put("shop");
  writeFileSync(path("Pulumi.yaml"), "name: lab\nruntime: nodejs\n");
  writeFileSync(path("index.ts"), "");
  expect(await result("--all")).toMatchObject({
    programFile: "index.ts",
    programLine: 'import "./pinterest-integrations";',
  });
});

test("in a YAML project, writes sections for the plugin and explains how to copy them", async () => {
  const { emulator, run, result, text, path } = await openLab();
  emulator.put("shop", { partner_access_token: "partner-token" });
  emulator.put("variable");
  const project = "name: lab\nruntime: yaml\nvariables: { variable: 1 }\n";
  writeFileSync(path("Pulumi.yaml"), project);
  const { output } = await run("--all");
  expect(output).toContain(
    "Copy the sections of pinterest-integrations.yaml into Pulumi.yaml before the next `pulumi up`",
  );
  expect(output).toContain("cat pinterest-integrations.yaml >> Pulumi.yaml");
  const { resources } = JSON.parse(text("pinterest-import.json")) as { resources: { type: string }[] };
  expect(resources.map(({ type }) => type)).toEqual(Array(2).fill("pinterest:index:CommerceIntegration"));
  const program = text("pinterest-integrations.yaml");
  expect(program).toContain('partnerSecrets["shop"].partnerAccessToken');
  // A variable already has the name.
  expect(program).toMatch(/^ {2}"variable-[0-9a-f]{8}":$/m);
  expect(await result("--all", "--overwrite")).not.toHaveProperty("programLine");
  expect((await run("--all", "--program", "Pulumi.yaml", "--overwrite")).exitCode).toBe(exitCodes.usage);
  expect((await run("--all", "--no-native")).exitCode).toBe(exitCodes.usage);
  expect(text("Pulumi.yaml")).toBe(project);
});

test("if Pulumi.yaml already has a section, explains how to copy entries instead of appending the file", async () => {
  const { emulator, run, result, text, path } = await openLab();
  emulator.put("shop", { partner_access_token: "partner-token" });
  const project =
    "name: lab\nruntime: yaml\nresources: { a: {} }\nconfiguration: { partnerSecrets: { type: object } }\n";
  writeFileSync(path("Pulumi.yaml"), project);
  const { output } = await run("--all");
  expect(output).toContain("Pulumi.yaml already has `resources:`: copy the entries under it.");
  expect(output).not.toContain(">> Pulumi.yaml");
  expect(await result("--all", "--overwrite")).toMatchObject({ sectionsToMerge: ["resources"] });
  const program = text("pinterest-integrations.yaml");
  expect(program).toContain('partnerSecrets["shop"].partnerAccessToken');
  // The section of an earlier import also applies to this one, and YAML forbids duplicates.
  expect(program).not.toContain("configuration:");
});

test("commands contain the stack and another directory, quoted for the shell", () => {
  expect(importCommands({ cwd: "." }, "a.json")).toEqual([
    "pulumi import --file a.json --generate-code=false --protect=true",
    "rm a.json",
  ]);
  expect(importCommands({ cwd: "my project", stack: "org/dev" }, "a b.json", "s.json")).toEqual([
    "cd 'my project'",
    "pulumi config set --secret partnerSecrets --stack org/dev < s.json",
    "pulumi import --file 'a b.json' --generate-code=false --protect=true --stack org/dev",
    "rm 'a b.json' s.json",
  ]);
});
