import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { integrationType } from "../../../provider/run/constants";
import {
  normalized,
  type RecordedRequest,
  type Recording,
  readRecording,
  recordedVersionFor,
  recordingFile,
  type Situation,
  shapeOf,
} from "../../plugin/helpers/recorded-requests";
import type { Wire } from "../../plugin/helpers/wire";
import { labOfFile } from "../helpers/lab";
import { js } from "../helpers/program";

const updateCommand =
  "UPDATE_RECORDING=1 npm run test:engines -- VERSION test/engine/plugin/recorded-requests && npm run format";

const lab = labOfFile({ providerType: "plugin" });
let engine: string;

const args = {
  externalBusinessId: "shop",
  connectedMerchantId: "1949483",
  connectedTagId: "1",
  scopes: ["b", "a"],
  partnerAccessToken: "partner-token",
};
const options =
  '{ customTimeouts: { create: "2m", update: "90s", delete: "45s" }, ignoreChanges: ["connectedLbaId"] }';
const dependent = {
  externalBusinessId: "dependent",
  additionalId1: js("resources.shop.integrationId"),
  account: "named",
};
const found =
  'exports.found = pinterest.getCommerceIntegrationOutput({ externalBusinessId: "existing" });\n' +
  'pinterest.CommerceIntegration.get("found", "existing");\n';

beforeAll(async () => {
  lab.environment.PULUMI_DEBUG_GRPC = logFile();
  engine = (await lab.succeed("version")).stdout.trim().replace(/^v/, "");
  for (const name of ["existing", "theirs"]) {
    const account = name === "theirs" ? "shop-2" : "shop-1";
    lab.emulator.put(name, { connected_merchant_id: "1949483", connected_tag_id: "8" }, { account });
  }
  const { emulator } = lab;
  const accounts = JSON.stringify({ named: emulator.token("shop-2") });
  const plaintext = { apiUrl: emulator.url, maxAttempts: "1", consistencyTimeout: "0.001" };
  const secrets = { accessToken: emulator.token(), accounts };
  const set = (kind: string, values: Record<string, string>) =>
    Object.entries(values).flatMap(([key, value]) => [kind, `pinterest:${key}=${value}`]);
  await lab.succeed("config", "set-all", ...set("--plaintext", plaintext), ...set("--secret", secrets));
});

const logFile = () => join(lab.directory, "requests.json");

/** The requests to the plugin since the last call, in the order of their start. */
function takeRequests(): RecordedRequest[] {
  const lines = existsSync(logFile()) ? readFileSync(logFile(), "utf8").trim().split("\n") : [];
  rmSync(logFile(), { force: true });
  return lines
    .map((line) => JSON.parse(line) as { method: string; request?: Wire; progress?: string })
    .flatMap(({ method, request, progress }) =>
      request !== undefined && progress !== "response_completed" && method.includes("ResourceProvider/")
        ? { method: method.replace(/.*\//, ""), request }
        : [],
    );
}

/** Runs the commands of all situations. */
async function record(): Promise<Recording> {
  const { emulator } = lab;
  const recording: { -readonly [S in Situation]?: RecordedRequest } = {};
  const integrationIds = new Map<string, string>();
  let requests: RecordedRequest[] = [];
  /** Takes the requests of the last command. */
  const take = () => {
    requests = takeRequests();
    for (const { id, external_business_id } of emulator.integrations())
      integrationIds.set(id, external_business_id);
  };
  /** Records the last request of the last command with this method, about the resource with this name. */
  const keep = (situation: Situation, method: string, name?: string) => {
    const kept = requests.findLast(
      (each) => each.method === method && (name === undefined || each.request.name === name),
    );
    if (kept === undefined) throw new Error(`the engine sent no request for: ${situation}`);
    recording[situation] = { method, request: normalized(kept.request, emulator, integrationIds) };
  };
  const declare = (changes: object = {}, before = found) =>
    lab.program({ shop: { args: { ...args, ...changes }, options }, dependent }, before);

  declare();
  await lab.succeed("preview");
  take();
  keep("handshake", "Handshake");
  keep("configuration check", "CheckConfig");
  keep("configuration", "Configure");
  keep("check of a new resource", "Check", "shop");
  keep("check with an unknown value", "Check", "dependent");
  keep("create in a preview", "Create", "shop");
  keep("create in a preview with an unknown value", "Create", "dependent");

  await lab.up();
  take();
  keep("create", "Create", "shop");
  keep("function", "Invoke");
  keep("lookup", "Read", "found");

  declare({}, 'pinterest.CommerceIntegration.get("lost", "missing");');
  await lab.fail("preview");
  take();
  keep("lookup of a missing integration", "Read", "lost");

  declare({ connectedTagId: "2" });
  await lab.succeed("preview");
  take();
  keep("check of a resource in state", "Check", "shop");
  keep("diff", "Diff", "shop");
  keep("update in a preview", "Update", "shop");

  await lab.up();
  take();
  keep("update", "Update", "shop");

  emulator.remove("dependent");
  await lab.succeed("refresh", "--skip-preview");
  take();
  keep("refresh", "Read", "shop");
  keep("refresh of a missing integration", "Read", "dependent");

  const importing = (name: string, id: string) => [
    ...["import", integrationType, name, id],
    ...["--yes", "--skip-preview", "--generate-code=false", "--protect=false"],
  ];
  await lab.succeed(...importing("default", "existing"));
  take();
  keep("import", "Read", "default");
  await lab.fail(...importing("lost", "missing"));
  take();
  keep("import of a missing integration", "Read", "lost");
  await lab.succeed(...importing("named", "named::theirs"));
  take();
  keep("import from a named account", "Read", "named");

  // `pulumi do` does not read the stack's configuration.
  lab.environment.PINTEREST_ACCESS_TOKEN = emulator.token();
  const plugin = "./node_modules/.bin/pulumi-resource-pinterest";
  await lab.succeed("do", "--package", plugin, integrationType, "list");
  take();
  // Pulumi 3.254 and 3.259 do not write the requests of `pulumi do` to the file.
  if (requests.length > 0) keep("list", "List");

  await lab.succeed("destroy", "--skip-preview");
  take();
  keep("delete", "Delete", "shop");
  return recording;
}

test(`the engine's requests have the recorded fields (to record them, run: ${updateCommand})`, async () => {
  const recording = await record();
  if (process.env.UPDATE_RECORDING)
    writeFileSync(recordingFile(engine), `${JSON.stringify(recording, undefined, 2)}\n`);

  const recorded = recordedVersionFor(engine);
  if (recorded === undefined) throw new Error(`no recording applies to Pulumi ${engine}`);
  expect(shapeOf(recording)).toEqual(shapeOf(readRecording(recorded)));
});
