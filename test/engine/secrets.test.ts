import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { type Leak, leaksIn, leaksInFiles } from "./helpers/leaks";
import { js } from "./helpers/program";
import { secretArguments } from "./helpers/secret-args";

const first = ["default", "named", "explicit"].map((name) => secretArguments(`shop-${name}`, 1));
const second = ["default", "named", "explicit"].map((name) => secretArguments(`shop-${name}`, 2));

let lab: Lab;
let secrets: string[];

function declare([ofDefault, ofNamed, ofExplicit]: typeof first, plain: unknown): void {
  const outputs = `
    const explicit = new pinterest.Provider("explicit", { accessToken: ${JSON.stringify(lab.emulator.token("explicit"))} });
    const later = Promise.resolve().then(() => resources);
    exports.one = later.then((all) => all.ofDefault.partnerAccessToken);
    exports.some = later.then((all) => ({ nested: [all.ofNamed.connectedTagId, all.ofNamed.partnerMetadata] }));
    exports.whole = later.then((all) => all.ofExplicit);
    exports.listed = pinterest.getIntegrationsOutput({ includeSecrets: true }, { dependsOn: later.then((all) => all.ofDefault) });
  `;
  lab.program(
    {
      ofDefault: ofDefault?.args ?? {},
      ofNamed: { ...ofNamed?.args, account: "named" },
      ofExplicit: { args: ofExplicit?.args ?? {}, options: "{ provider: explicit }" },
      turned: { externalBusinessId: "shop-turned", connectedMerchantId: plain },
    },
    outputs,
  );
}

/** Everything that a person or a later process can read: what was printed, the backend, settings and the log. */
function leaks(): Leak[] {
  return [
    ...leaksIn("console", withoutSdkTraces(lab.transcript), secrets),
    ...leaksInFiles(join(lab.directory, "backend"), secrets),
    ...leaksInFiles(join(lab.directory, "Pulumi.test.yaml"), secrets),
    ...leaksInFiles(join(lab.directory, "debug.log"), secrets),
  ];
}

/** Pulumi's SDK writes every registration and call, of any provider, as a debug event that `--json` streams: none of ours. */
function withoutSdkTraces(text: string): string {
  const trace =
    /^\{.*"prefix":"debug: ","message":"(?:RegisterResource|Invoke) RPC finished: .*"severity":"debug"\}\}$/gm;
  return text.replaceAll(trace, "");
}

beforeAll(async () => {
  lab = await Lab.open();
  for (const name of ["named", "explicit"]) {
    lab.emulator.addAccount({ name });
  }
  lab.environment.PINTEREST_DEBUG = join(lab.directory, "debug.log");
  const configured = {
    accessToken: lab.emulator.issueToken(),
    accounts: { named: lab.emulator.token("named") },
  };
  secrets = [...first, ...second].flatMap((set) => set.secrets);
  secrets.push("1949483000001", ...lab.emulator.accounts().flatMap(({ access_tokens }) => access_tokens));
  await lab.succeed(
    ...["config", "set-all", "--secret", `pinterest:accessToken=${configured.accessToken}`],
    ...["--secret", `pinterest:accounts=${JSON.stringify(configured.accounts)}`],
  );
});

afterAll(() => lab.close());

test("no command shows a secret, and neither state, settings nor debug log hold one in plain text", async () => {
  declare(first, "1949483000000");
  await lab.succeed("preview", "--json");
  await lab.up("--diff");
  declare(second, js('pulumi.secret("1949483000001")'));
  await lab.succeed("preview", "--diff");
  await lab.up("--json");
  lab.emulator.change("shop-default", { connected_tag_id: "1", partner_metadata: "{}" });
  await lab.succeed("preview", "--refresh", "--diff");
  await lab.succeed("refresh", "--skip-preview", "--diff");
  await lab.exported();
  await lab.succeed("stack", "output", "--json");
  expect(leaks()).toEqual([]);
  expect(new Set(lab.emulator.requests().map(({ account }) => account))).toEqual(
    new Set(["shop-1", "named", "explicit"]),
  );
});

test("the secrets are in state for those who may see them", async () => {
  const hidden = lab.transcript;
  const shown = await lab.exported("--show-secrets");
  lab.transcript = hidden;
  const kept = [...(second[1]?.secrets ?? []), lab.emulator.token("named"), lab.emulator.token("explicit")];
  expect(kept.filter((secret) => leaksIn("export", shown, [secret]).length === 0)).toEqual([]);
});

test("a destroy shows none of them", async () => {
  await lab.succeed("destroy", "--diff");
  expect(lab.emulator.integrations()).toEqual([]);
  expect(leaks()).toEqual([]);
});
