import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The kit's directory. */
export const kit = resolve(__dirname, "../../../examples/ci");

/** Reads a file of the kit. */
export const kitFile = (path: string): string => readFileSync(join(kit, path), "utf8");

/** The workflows for GitHub, as paths in the kit. */
export const workflows = readdirSync(join(kit, "github/.github/workflows")).map(
  (name) => `github/.github/workflows/${name}`,
);

/** The workflow of the example that runs the shards of a fleet. */
export const fleetWorkflow = "../fleet-github-actions/.github/workflows/fleet.yml";

/** The workflows of this repository. */
export const ownWorkflows = readdirSync(resolve(kit, "../../.github/workflows")).map(
  (name) => `../../.github/workflows/${name}`,
);

const forVault =
  /^(\s*)# (id-token: write|id_tokens: .*|PINTEREST_ACCOUNT_COMMAND: .*|VAULT_ADDR: .*|VAULT_ROLE: .*)$/gm;

/** Uncomments the lines for a vault in a workflow or pipeline, as described in docs/ci.md. */
export const withVault = (text: string): string => text.replace(forVault, "$1$2");

/** Uncomments the lines for an approval and for the version of the CLI in a workflow. */
export const withPins = (text: string): string =>
  text.replace(/^( +)# (environment: .*|with:| {2}pulumi-version: .*)$/gm, "$1$2");

/** Changes a workflow for a project in `infra/`, as described in docs/ci.md. */
export const inSubdirectory = (text: string): string =>
  text
    .replace("\njobs:", "\ndefaults: { run: { working-directory: infra } }\n\njobs:")
    .replace(/^( +)cache: npm$/gm, "$&\n$1cache-dependency-path: infra/package-lock.json")
    .replace(/^( +run: node scripts\/\S+) reports$/m, "$1 ../reports");

const awsStep = /^( +)# (- uses: aws-actions.*)\n((?: +# .*\n){3})/m;

/** Uncomments the step for a bucket's credentials in a workflow, as described in docs/ci.md. */
export const withAws = (text: string): string =>
  text
    .replace(
      awsStep,
      (_, indent: string, uses: string, rest: string) => `${indent}${uses}\n${rest.replaceAll("# ", "")}`,
    )
    .replace("# id-token: write", "id-token: write");
