import { join } from "node:path";
import type { Emulator, Integration } from "../../../emulator";
import { Lab } from "../helpers/lab";
import { providerType } from "../helpers/provider-type";

/** One directory for each version. */
export const releases = join(__dirname, "releases");

/** The files of a version, for each provider type. */
export const files = {
  /** `pulumi stack export`, without source positions, which contain paths of the machine. */
  state: "state.json",
  /** The stack's settings: its configuration, and the salt of its passphrase. */
  settings: "settings.yaml",
  /** The integrations at Pinterest. */
  integrations: "integrations.json",
  /** The program of the state. */
  program: "program.js",
  /** A later program. */
  changedProgram: "changed-program.js",
  /** The writes to Pinterest of the updates to both programs and of a `destroy`. */
  writes: "writes.json",
} as const;

/** The file of a version for the running provider type. */
export function fileOf(version: string, file: keyof typeof files): string {
  return join(releases, version, providerType, files[file]);
}

/**
 * Opens a lab whose accounts have the same user IDs and tokens in every run.
 *
 * @param date the emulator's time
 */
export async function openLab(date: string): Promise<Lab> {
  const lab = await Lab.open({ now: () => Date.parse(date) });
  for (const name of ["north", "explicit"]) lab.emulator.addAccount({ name });
  Object.assign(lab.environment, {
    EXPLICIT_TOKEN: lab.emulator.token("explicit"),
    PINTEREST_MAX_ATTEMPTS: "1",
    // Protects test data only.
    PULUMI_CONFIG_PASSPHRASE: "released-state",
  });
  return lab;
}

/** Adds integrations to the emulator, with their integration IDs and later timestamps. */
export function restore(emulator: Emulator, integrations: readonly Integration[]): void {
  const owners = new Map(emulator.accounts().map((account) => [account.connected_user_id, account.name]));
  for (const integration of integrations) {
    const { id, external_business_id, connected_user_id, ...rest } = integration;
    const { created_timestamp, updated_timestamp, ...fields } = rest;
    const put = () => emulator.put(external_business_id, fields, { account: owners.get(connected_user_id) });
    // The emulator assigns IDs in order. Deleted integrations had the IDs in between.
    while (put().id !== id) emulator.remove(external_business_id);
  }
}

/** The state with the times at which {@link restore} has created the integrations. With other times, they would count as recreated. */
export function withCreationTimes(state: ExportedState, emulator: Emulator): ExportedState {
  const times = new Map(emulator.integrations().map(({ id, created_timestamp }) => [id, created_timestamp]));
  for (const { outputs } of state.deployment.resources) {
    const time = times.get(String(outputs?.integrationId));
    if (outputs !== undefined && time !== undefined) outputs.createdTimestamp = time;
  }
  return state;
}

interface ExportedState {
  readonly deployment: { readonly resources: readonly { outputs?: Record<string, unknown> }[] };
}

/** Changes integrations at Pinterest. */
export function changeAtPinterest(emulator: Emulator): void {
  emulator.change("everyField", {
    connected_tag_id: "999",
    // The same values in another form.
    partner_metadata: '{ "plan": 1, "a key": [true, null, 0.5] }',
    scopes: "ads:write,ads:read",
    partner_access_token_expiry: Date.parse("2030-01-01T00:00:00Z"),
    // Not compared without `compareSecrets`.
    partner_access_token: "other",
  });
  emulator.change("secretValues", { partner_metadata: '{"open":"to see","hidden":"other"}' });
  // Unmanaged fields, including a released one.
  emulator.change("releasedFields", { connected_merchant_id: "999", scopes: "ads:write" });
  emulator.change("namedAccount", { connected_tag_id: null });
  emulator.change("explicitProvider", { connected_tag_id: "999" });
  emulator.change("imported", { connected_tag_id: "999" });
  emulator.remove("vanished");
}

/** A write to Pinterest. */
export interface Write {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Returns the writes since the last call, by external business ID. */
export function takeWrites(emulator: Emulator): Record<string, Write[]> {
  const requests = emulator.requests().filter(({ method }) => method !== "GET");
  emulator.clearRequests();
  const ids = [...new Set(requests.map(({ external_business_id }) => external_business_id ?? "log"))].sort();
  return Object.fromEntries(
    ids.map((id) => [
      id,
      requests
        .filter(({ external_business_id }) => (external_business_id ?? "log") === id)
        .map(({ method, path, request_body }) => ({ method, path, body: request_body })),
    ]),
  );
}
