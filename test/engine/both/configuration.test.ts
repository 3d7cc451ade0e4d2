import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { misplacedKey, moveKey, unknownName } from "../../expected/messages";
import { labOfFile } from "../helpers/lab";
import { leaksIn } from "../helpers/leaks";
import { providerType } from "../helpers/provider-type";

// Only the plugin can check its configuration, and the provider types read it in different ways.

const lab = labOfFile();
let settings: string;

beforeAll(() => {
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
  settings = readFileSync(join(lab.directory, "Pulumi.test.yaml"), "utf8");
  lab.program({
    first: { externalBusinessId: "shop-1", connectedTagId: "1" },
    second: { externalBusinessId: "shop-2", connectedTagId: "2" },
  });
});

/** Writes the stack's configuration, as `pulumi config set --plaintext` does. */
function configure(values: Record<string, string>): void {
  writeFileSync(join(lab.directory, "Pulumi.test.yaml"), `${settings}config: ${JSON.stringify(values)}\n`);
}

/** The matching warnings in the engine's summary of diagnostics. */
function warnings(output: string, pattern: RegExp): readonly string[] {
  const [, diagnostics = ""] = output.split("Diagnostics:");
  return diagnostics.match(pattern) ?? [];
}

test("suggests the right key for an unknown one and for one in the project's namespace, in one warning each, and the plugin refuses the unknown one", async () => {
  configure({
    "pinterest:deletelimit": "0",
    "other:deletelimit": "0",
    [`${lab.project}:accessToken`]: "pina_elsewhere",
  });
  const { exitCode, output } = await lab.run("preview");
  // Other warnings do not start with the name of a key.
  expect(warnings(output, /warning: `.*/g)).toEqual([
    "warning: `pinterest:deletelimit` in the stack's configuration is not a key of this provider. Did you mean " +
      "`pinterest:deleteLimit`? Run `pulumi config rm pinterest:deletelimit` to remove it.",
    `warning: ${misplacedKey(lab.project, "accessToken")} ${moveKey(lab.project, "accessToken", "--secret ")}.`,
  ]);
  expect(output).not.toContain("pina_elsewhere");
  const refused = `\`deletelimit\` ${unknownName("key of the configuration", "deleteLimit")}`;
  expect([exitCode === 0, output.includes(refused)]).toEqual(
    providerType === "plugin" ? [false, true] : [true, false],
  );
});

test("accepts a token in plaintext, and explains in one warning how to encrypt it", async () => {
  const token = lab.emulator.token();
  configure({ "pinterest:accessToken": token });
  const { output } = await lab.up();
  expect(warnings(output, /warning: .*pinterest:accessToken/g)).toHaveLength(1);
  expect(output).toContain("pulumi config set --secret pinterest:accessToken");
  expect(leaksIn("console", output, [token])).toEqual([]);
  expect(lab.emulator.integrations()).toHaveLength(2);
});
