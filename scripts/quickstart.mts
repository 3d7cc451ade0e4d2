// Runs the lifecycle of an integration on the real engine and the emulator, and exits with 1 at the first unexpected result.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { ensureEngine } from "./engine/ensure.mts";

const require = createRequire(import.meta.url);
const { startEmulator } = require("pulumi-pinterest/emulator") as typeof import("../emulator/index.ts");

const repository = resolve(import.meta.dirname, "..");
const listProject = join(repository, "examples/list-integrations");
/** The engine writes `Pulumi.STACK.yaml` next to the project, so the name must not be one of the user's stacks. */
const stack = "quickstart-emulator";

const shopId = "my-shop-1";
const programTag = "2613187432";
const otherTag = "2600000000001";

const engine = await ensureEngine();
console.log(`Engine: pulumi ${engine.version} (${engine.pulumi})`);
const pinterest = await startEmulator();
console.log(`Pinterest: an emulator at ${pinterest.url}`);
const home = mkdtempSync(join(tmpdir(), "pulumi-pinterest-quickstart-"));
const environment = {
  // Without the user's own stack, token and settings.
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PULUMI|PINTEREST)_/.test(name))),
  PATH: [engine.binDir, process.env.PATH].join(delimiter),
  PULUMI_HOME: join(home, "pulumi"),
  PULUMI_BACKEND_URL: `file://${home}`,
  PULUMI_CONFIG_PASSPHRASE: "quickstart",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PINTEREST_API_URL: pinterest.url,
  PINTEREST_ACCESS_TOKEN: pinterest.token(),
};

try {
  await runSteps();
  console.log(`
All steps passed: the integration was created, its drift was found and fixed, and it was deleted.
Next steps:
  Use this engine in your shell: export PATH="${engine.binDir}${delimiter}$PATH"
  Run a local Pinterest for your own programs: npm run emulator -- --seed 20
  Set up a project of your own: docs/tutorial.md
  Use your own token: Quick start in README.md
  Copy a program: examples/`);
} catch (error) {
  console.error(`\nquickstart: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await pinterest.stop();
  rmSync(home, { recursive: true, force: true });
  for (const project of [repository, listProject])
    rmSync(join(project, `Pulumi.${stack}.yaml`), { force: true });
}

async function runSteps(): Promise<void> {
  await pulumi(repository, ["stack", "init", stack]);

  heading("Preview (examples/quickstart/index.ts)");
  await pulumi(repository, ["preview"]);
  check(pinterest.integrations().length === 0, "the preview wrote nothing to Pinterest");

  heading("Create the integration");
  await pulumi(repository, ["up", "--yes", "--skip-preview"]);
  check(tagAtPinterest() === programTag, "Pinterest has the program's tag");

  heading("Change the tag at Pinterest, outside of Pulumi");
  pinterest.change(shopId, { connected_tag_id: otherTag });
  console.log(`connected_tag_id: ${programTag} → ${otherTag}`);

  heading("Preview with refresh: shows the drift by property");
  const preview = await pulumi(repository, ["preview", "--refresh", "--diff"]);
  check(
    preview.includes(`~ connectedTagId: "${otherTag}" => "${programTag}"`) &&
      !/~ (connectedMerchantId|connectedAdvertiserId)/.test(preview),
    "the preview names connectedTagId and no other property",
  );

  heading("The command for CI: exit code 7 means drift");
  await pulumi(repository, ["preview", "--refresh", "--run-program", "--expect-no-changes"], { exitCode: 7 });

  heading("Fix the drift");
  await pulumi(repository, ["up", "--refresh", "--yes", "--skip-preview"]);
  check(tagAtPinterest() === programTag, "Pinterest has the program's tag again");
  await pulumi(repository, ["preview", "--refresh", "--run-program", "--expect-no-changes"]);

  heading("List the account's integrations (examples/list-integrations/index.ts)");
  await pulumi(listProject, ["stack", "init", stack]);
  await pulumi(listProject, ["up", "--yes", "--skip-preview"]);
  const output = await pulumi(listProject, ["stack", "output", "integrations", "--json"], { isHidden: true });
  const integrations = JSON.parse(output) as Record<string, unknown>[];
  console.table(
    Object.fromEntries(integrations.map((integration) => [integration.externalBusinessId, integration])),
    ["connectedMerchantId", "connectedAdvertiserId", "connectedTagId", "integrationId"],
  );
  check(
    integrations.length === 1 && integrations[0]?.externalBusinessId === shopId,
    "the list contains the integration",
  );

  heading("Delete the integration");
  await pulumi(repository, ["destroy", "--yes", "--skip-preview"]);
  check(pinterest.integrations().length === 0, "Pinterest has no integration");
}

function tagAtPinterest(): string | null | undefined {
  return pinterest.integration(shopId)?.connected_tag_id;
}

function heading(title: string): void {
  console.log(`\n── ${title}`);
}

/** @throws Error if the condition is not met */
function check(isMet: boolean, condition: string): void {
  if (!isMet) throw new Error(`not met: ${condition}`);
  console.log(`✓ ${condition}`);
}

/** Runs `pulumi` and prints its output. @returns its standard output without colors. @throws Error if its exit code is not the expected one */
async function pulumi(
  directory: string,
  args: readonly string[],
  { exitCode = 0, isHidden = false } = {},
): Promise<string> {
  const command = `pulumi ${args.join(" ")}`;
  const color = process.stdout.isTTY && !isHidden ? "always" : "never";
  const options = { cwd: directory, env: environment };
  const running = promisify(execFile)("pulumi", [...args, "--non-interactive", "--color", color], options);
  if (!isHidden) {
    console.log(`$ ${command}`);
    running.child.stdout?.pipe(process.stdout);
  }
  running.child.stderr?.pipe(process.stderr);
  const { code = 0, stdout } = await running.catch((error) => error);
  if (code !== exitCode) throw new Error(`\`${command}\` ended with exit code ${code}, expected ${exitCode}`);
  if (exitCode !== 0) console.log(`✓ exit code ${exitCode}`);
  return stripVTControlCharacters(stdout);
}
