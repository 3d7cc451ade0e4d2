// Tells the whole story once, on the real engine against the emulator, and ends with 1 as soon as it turns out otherwise.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensureEngine } from "./engine/ensure.mts";
import { Story } from "./story.mts";

const require = createRequire(import.meta.url);
const { startEmulator } = require("pulumi-pinterest/emulator") as typeof import("../emulator/index.ts");

const repository = resolve(import.meta.dirname, "..");
// The engine keeps a stack's settings beside the project; no stack of the user's own should be called so.
const stack = "quickstart-emulator";
const listing = join(repository, "examples/list-integrations");

const shopId = "my-shop-1";
const tagOfTheProgram = "2613187432";
const tagOfSomebodyElse = "2600000000001";

const engine = await ensureEngine();
console.log(`Engine: pulumi ${engine.version} (${engine.pulumi})`);
const pinterest = await startEmulator();
console.log(`Pinterest: an emulator at ${pinterest.url}`);
const home = mkdtempSync(join(tmpdir(), "pulumi-pinterest-quickstart-"));
const story = new Story(engine.binDir, {
  PULUMI_HOME: join(home, "pulumi"),
  PULUMI_BACKEND_URL: `file://${home}`,
  PULUMI_CONFIG_PASSPHRASE: "quickstart",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PINTEREST_API_URL: pinterest.url,
  PINTEREST_ACCESS_TOKEN: pinterest.token(),
});

try {
  await tell();
  console.log(
    [
      "",
      "That is the whole story: declared, previewed, created, drifted, seen, fixed, listed, destroyed.",
      "Next steps:",
      "  Run a local Pinterest for your own programs: npm run emulator -- --seed 20",
      "  Use your own token: Quick start in README.md",
      "  Copy a program: examples/",
    ].join("\n"),
  );
} catch (error) {
  console.error(`\nquickstart: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await pinterest.stop();
  rmSync(home, { recursive: true, force: true });
  for (const project of [repository, listing]) {
    rmSync(join(project, `Pulumi.${stack}.yaml`), { force: true });
  }
}

async function tell(): Promise<void> {
  await story.pulumi(repository, ["stack", "init", stack]);

  story.chapter("Preview: what would be created (examples/quickstart/index.ts)");
  await story.pulumi(repository, ["preview"]);
  story.expect(pinterest.integrations().length === 0, "a preview writes nothing to Pinterest");

  story.chapter("Up: it is created");
  await story.pulumi(repository, ["up", "--yes", "--skip-preview"]);
  story.expect(tagAtPinterest() === tagOfTheProgram, "Pinterest holds what the program says");

  story.chapter("Somebody changes the connected tag at Pinterest, behind the program's back");
  pinterest.change(shopId, { connected_tag_id: tagOfSomebodyElse });
  console.log(`connected_tag_id: ${tagOfTheProgram} → ${tagOfSomebodyElse}`);

  story.chapter("Preview with refresh: the drift is named by property");
  const preview = await story.pulumi(repository, ["preview", "--refresh", "--diff"]);
  story.expect(
    new RegExp(`~ connectedTagId: "${tagOfSomebodyElse}" => "${tagOfTheProgram}"`).test(preview.output) &&
      !/~ (connectedMerchantId|connectedAdvertiserId)/.test(preview.output),
    "the preview names connectedTagId and no other property",
  );

  story.chapter("The command for CI: exit code 7 says drift");
  await story.pulumi(repository, ["preview", "--refresh", "--run-program", "--expect-no-changes"], 7);

  story.chapter("Up with refresh: it is fixed");
  await story.pulumi(repository, ["up", "--refresh", "--yes", "--skip-preview"]);
  story.expect(tagAtPinterest() === tagOfTheProgram, "Pinterest holds what the program says again");
  await story.pulumi(repository, ["preview", "--refresh", "--run-program", "--expect-no-changes"]);

  story.chapter("The account's integrations (examples/list-integrations/index.ts)");
  await story.pulumi(listing, ["stack", "init", stack]);
  await story.pulumi(listing, ["up", "--yes", "--skip-preview"]);
  const { stdout } = await story.pulumi(listing, ["stack", "output", "integrations", "--json"], 0, "silent");
  const integrations = JSON.parse(stdout) as Record<string, unknown>[];
  console.table(
    Object.fromEntries(integrations.map((integration) => [integration.externalBusinessId, integration])),
    ["connectedMerchantId", "connectedAdvertiserId", "connectedTagId", "integrationId"],
  );
  story.expect(
    integrations.length === 1 && integrations[0]?.externalBusinessId === shopId,
    "the list holds the shop",
  );

  story.chapter("Destroy: Pinterest is empty again");
  await story.pulumi(repository, ["destroy", "--yes", "--skip-preview"]);
  story.expect(pinterest.integrations().length === 0, "Pinterest is empty again");
}

function tagAtPinterest(): string | null | undefined {
  return pinterest.integration(shopId)?.connected_tag_id;
}
