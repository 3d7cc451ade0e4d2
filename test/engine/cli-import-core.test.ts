import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  type FoundIntegration,
  importFileOf,
  type PlannedImport,
  partnerSecretsOf,
  planImports,
} from "../../cli/import/plan";
import { programOf } from "../../cli/import/program";
import { PinterestClient, staticToken } from "../../provider/api";
import { toWire } from "../../provider/api/integration";
import { listAll } from "../../provider/api/pages";
import { oddIntegrations } from "../cli/import/helpers/integrations";
import { Lab, type StateResource } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";

let lab: Lab;

const unset = { connected_tag_id: null, scopes: "", partner_metadata: "", partner_access_token_expiry: 0 };
/** Fields with a value that a program cannot declare. */
const unfit = { connected_merchant_id: "11", additional_id_1: " blank " };

beforeAll(async () => {
  lab = await Lab.open();
  const tokens: Record<string, string | undefined> = {};
  for (const { account, integration } of oddIntegrations()) {
    // Only one account can own an external business ID.
    if (lab.emulator.integration(integration.externalBusinessId) === undefined) {
      const owner = account === undefined ? undefined : lab.emulator.addAccount();
      lab.emulator.put(integration.externalBusinessId, toWire(integration), { account: owner?.name });
      if (account !== undefined) {
        tokens[account] = owner?.access_tokens[0];
      }
    }
  }
  lab.emulator.put("unset", unset);
  lab.emulator.put("unfit", unfit);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(tokens);
});

afterAll(() => lab.close());

/** Lists the integrations of every account. */
async function listIntegrations(): Promise<FoundIntegration[]> {
  const named = JSON.parse(lab.environment.PINTEREST_ACCOUNTS ?? "{}") as Record<string, string>;
  const accounts = [[undefined, lab.emulator.token()] as const, ...Object.entries(named)];
  const lists = await Promise.all(
    accounts.map(async ([account, token]) => {
      const client = new PinterestClient({ credentials: staticToken(token), apiUrl: lab.emulator.url });
      const { items } = await listAll(client);
      return items.map((integration) => ({ account, integration }) as FoundIntegration);
    }),
  );
  return lists.flat();
}

/** Replaces the lab's program. The file's extension selects the language. */
function writeProgram(file: string, text: string): void {
  for (const other of ["index.js", "index.ts", "index.mjs"]) {
    rmSync(join(lab.directory, other), { force: true });
  }
  const runtime = `{ name: nodejs, options: { typescript: ${file.endsWith(".ts")} } }`;
  const type = file.endsWith(".mjs") ? "module" : "commonjs";
  lab.setProject(runtime);
  writeFileSync(join(lab.directory, "package.json"), JSON.stringify({ name: "lab", main: file, type }));
  writeFileSync(join(lab.directory, file), text);
}

/** Sets the configuration with the command in the program's comment. */
async function setSecrets(plans: readonly PlannedImport[]): Promise<void> {
  const file = join(lab.directory, "pinterest-import-secrets.json");
  writeFileSync(file, partnerSecretsOf(plans) ?? "");
  const run = await lab.process(
    "sh",
    "-c",
    "pulumi config set --secret partnerSecrets < pinterest-import-secrets.json",
  );
  expect(run).toMatchObject({ exitCode: 0 });
  rmSync(file);
}

async function stateInPlaintext(): Promise<Record<string, StateResource>> {
  const { deployment } = JSON.parse(await lab.exported("--show-secrets")) as {
    deployment: { resources: StateResource[] };
  };
  const integrations = deployment.resources.filter(({ type }) => type.endsWith(":CommerceIntegration"));
  return Object.fromEntries(integrations.map((resource) => [resource.urn.split("::").at(-1), resource]));
}

const withAnyUid = (outputs: object | undefined) => ({ ...outputs, __uid: expect.any(String) });

test("an import and an update write the same state, and the program changes nothing", async () => {
  const before = planImports(await listIntegrations(), { secrets: "config" }).filter(
    ({ invalid }) => invalid.size === 0,
  );
  await lab.succeed("stack", "init", "updated");
  await setSecrets(before);
  writeProgram("index.ts", programOf(before, "typescript"));
  await lab.up();
  const updated = await stateInPlaintext();

  await lab.succeed("stack", "select", "test");
  const plans = planImports(await listIntegrations(), { secrets: "config", protect: true });
  expect(
    plans
      .filter(({ invalid }) => invalid.size > 0)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([expect.stringMatching(/^metadata-2$/), "unfit"]);
  await setSecrets(plans);
  lab.emulator.clearRequests();
  writeFileSync(join(lab.directory, "import.json"), JSON.stringify(importFileOf(plans)));
  await lab.succeed("import", "--file", "import.json", "--generate-code=false", "--protect=true", "--yes");
  const imported = await stateInPlaintext();
  expect(Object.keys(imported)).toHaveLength(plans.length);
  expect(Object.keys(updated)).toHaveLength(plans.length - 2);
  for (const [name, { id, type, inputs, outputs }] of Object.entries(updated)) {
    expect(imported[name]).toMatchObject({ id, type });
    expect(imported[name]?.inputs).toEqual(inputs);
    expect(imported[name]?.outputs).toEqual(withAnyUid(outputs));
  }

  // For a CommonJS program, see test/engine/cli-import.test.ts.
  writeProgram("index.mjs", programOf(plans, "esm"));
  await lab.up("--refresh", "--expect-no-changes");
  const afterUp = await stateInPlaintext();
  expect(Object.keys(afterUp).sort()).toEqual(Object.keys(imported).sort());
  for (const [name, { inputs, outputs, additionalSecretOutputs }] of Object.entries(updated)) {
    expect(afterUp[name]).toMatchObject({ inputs, outputs: withAnyUid(outputs), protect: true });
    expect(afterUp[name]?.additionalSecretOutputs).toEqual(additionalSecretOutputs);
  }
  expect(lab.writes()).toEqual([]);

  const secrets = plans.flatMap(({ secrets }) => Object.values(secrets));
  expect(secrets.length).toBeGreaterThan(3);
  expect(
    leaksIn(
      "state",
      await lab.exported(),
      secrets.filter((secret) => secret.length > 3),
    ),
  ).toEqual([]);
});
