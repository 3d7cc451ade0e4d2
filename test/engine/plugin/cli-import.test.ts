import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { toWire } from "../../../provider/api/integration";
import { oddIntegrations } from "../../cli/import/helpers/integrations";
import { labOfFile } from "../helpers/lab";
import { leaksIn } from "../helpers/leaks";
import { providerTypes } from "../helpers/provider-type";

const lab = labOfFile({ providerType: "plugin" });

const unusual = oddIntegrations();
const secrets = unusual.flatMap(({ integration }) =>
  [integration.partnerAccessToken, integration.partnerRefreshToken, integration.partnerPrimaryEmail].filter(
    (text = "") => text.length > 3,
  ),
) as string[];

beforeAll(() => {
  const tokens: Record<string, string | undefined> = {};
  for (const { account, integration } of unusual) {
    // Only one account can own an external business ID.
    if (lab.emulator.integration(integration.externalBusinessId) !== undefined) continue;
    const owner = account === undefined ? undefined : lab.emulator.addAccount();
    lab.emulator.put(integration.externalBusinessId, toWire(integration), { account: owner?.name });
    if (account !== undefined) tokens[account] = owner?.access_tokens[0];
  }
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(tokens);
  lab.emulator.clearRequests();
});

const count = new Set(unusual.map(({ integration }) => integration.externalBusinessId)).size;

test("an import into a YAML project writes sections that change nothing", async () => {
  lab.setYamlProgram("");
  const run = await lab.cli("import", "--all", "--run", "--protect");
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.stdout).toContain(`imported ${count} integrations`);
  expect(run.stdout).toContain("cat pinterest-integrations.yaml >> Pulumi.yaml");
  const text = readFileSync(join(lab.directory, "pinterest-integrations.yaml"), "utf8");
  expect(leaksIn("program", text, secrets)).toEqual([]);
  lab.setYamlProgram(text);
  await lab.up("--expect-no-changes");
  expect(lab.writes()).toEqual([]);
  const state = Object.values(await lab.state());
  expect(state).toHaveLength(count);
  expect(new Set(state.map(({ type, protect }) => [type, protect].join()))).toEqual(
    new Set([`${providerTypes.plugin.integrationType},true`]),
  );
  const tokens = lab.emulator.accounts().flatMap(({ access_tokens }) => access_tokens);
  expect(
    leaksIn("state and output", JSON.stringify(await lab.resources()) + lab.transcript, [
      ...secrets,
      ...tokens,
    ]),
  ).toEqual([]);
});

test("a YAML program without a secret in its configuration fails instead of clearing the field", async () => {
  const file = join(lab.directory, "secrets.json");
  const { stdout } = await lab.succeed("config", "get", "partnerSecrets");
  // This output was requested, so it is not a leak.
  const all = JSON.parse(stdout) as Record<string, object>;
  lab.transcript = "";
  writeFileSync(file, JSON.stringify({ ...all, everything: { partnerRefreshToken: "rt-1" } }));
  await lab.process("sh", "-c", "pulumi config set --secret partnerSecrets < secrets.json");
  rmSync(file);
  const { output } = await lab.upFails();
  expect(output).toMatch(/partnerSecrets\["everything"\]\.partnerPrimaryEmail/);
  expect(lab.writes()).toEqual([]);
});
