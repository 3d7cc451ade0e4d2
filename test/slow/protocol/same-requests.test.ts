import { expect, test } from "@jest/globals";
import { type Declarations, js } from "../../engine/helpers/program";
import type { ProviderType } from "../../engine/helpers/provider-type";
import { Lab } from "../../fake-engine/lab";

const lookups = `
  exports.list = pinterest.getIntegrationsOutput({ externalBusinessIdPrefix: "s" }, { dependsOn: [] });
  exports.found = pinterest.getCommerceIntegration({ externalBusinessId: "theirs" });
  new pinterest.IntegrationLog("note", { eventType: "APP", logLevel: "INFO", message: "deployed" });
  pinterest.CommerceIntegration.get("looked-up", "theirs");`;

/** Two versions of a program. */
const versions: Declarations[] = [
  {
    plain: {
      externalBusinessId: "plain",
      connectedTagId: "1",
      connectedMerchantId: "11",
      scopes: ["b", "a"],
    },
    secret: {
      externalBusinessId: "secret",
      partnerAccessToken: "p1",
      partnerMetadata: { a: [1], b: { c: null } },
    },
    replaced: { externalBusinessId: "replaced-1" },
    removed: { externalBusinessId: "removed" },
    renamed: { externalBusinessId: "renamed" },
    equal: { externalBusinessId: "equal", connectedTagId: "7" },
    named: { externalBusinessId: "named", account: "named" },
    explicit: { args: { externalBusinessId: "explicit" }, options: "{ provider: explicit }" },
    later: { externalBusinessId: "later", additionalId1: js("resources.plain.integrationId") },
  },
  {
    plain: { externalBusinessId: "plain", connectedTagId: "2", scopes: ["a", "b"] },
    secret: { externalBusinessId: "secret", partnerAccessToken: "p2", whenRemoved: "release" },
    replaced: { externalBusinessId: "replaced-2" },
    renamedNow: { externalBusinessId: "renamed" },
    equal: { externalBusinessId: "equal", connectedTagId: "7" },
    named: { externalBusinessId: "named", account: "named", connectedTagId: "3" },
    explicit: {
      args: { externalBusinessId: "explicit", connectedTagId: "4" },
      options: "{ provider: explicit }",
    },
    later: { externalBusinessId: "later", additionalId1: js("resources.plain.integrationId") },
  },
];

/** The sorted requests to Pinterest in each step of a stack's life, with their bodies. */
async function requestsOf(providerType: ProviderType): Promise<Record<string, string[]>> {
  const lab = await Lab.open({ providerType });
  try {
    for (const name of ["named", "explicit"]) lab.emulator.addAccount({ name });
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ named: lab.emulator.token("named") });
    lab.emulator.put("equal", { connected_tag_id: "7" });
    lab.emulator.put("theirs", { connected_tag_id: "8" });
    const explicit = `const explicit = new pinterest.Provider("explicit", { accessToken: "${lab.emulator.token("explicit")}" });`;
    const steps: Record<string, string[]> = {};
    // Integration IDs depend on the order of the creates, which can differ.
    const owners = new Map<string, string>();
    const byOwner = (text: string) =>
      text.replace(/\b73\d{17}\b/g, (id) => `integration ID of ${owners.get(id)}`);
    const step = async (name: string, act: () => Promise<unknown>) => {
      lab.emulator.clearRequests();
      await act();
      for (const { id, external_business_id } of lab.emulator.integrations())
        owners.set(id, external_business_id);
      steps[name] = lab.emulator
        .requests()
        .map(({ method, path, request_body }) =>
          byOwner(`${method} ${path} ${JSON.stringify(withoutTimes(request_body))}`),
        )
        .sort();
    };
    const write = (version: number) => lab.program(versions[version] ?? {}, explicit + lookups);
    write(0);
    await step("preview", () => lab.succeed("preview"));
    await step("up", () => lab.up());
    await step("nothing", () => lab.up());
    write(1);
    await step("update", () => lab.up());
    lab.emulator.change("plain", { connected_tag_id: "99" });
    lab.emulator.remove("later");
    await step("refreshed preview", () => lab.steps("--refresh"));
    await step("fix of drift", () => lab.up("--refresh"));
    await step("refresh", () => lab.succeed("refresh", "--skip-preview"));
    await step("destroy", () => lab.succeed("destroy", "--skip-preview"));
    return steps;
  } finally {
    await lab.close();
  }
}

/** A body without the times of log entries. */
function withoutTimes(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body ?? null, (key, value) => (key === "client_timestamp" ? 0 : value)));
}

test("the dynamic provider and the plugin send the same requests for the same program", async () => {
  const dynamic = await requestsOf("dynamic");
  expect(Object.values(dynamic).every((requests) => requests.length > 0)).toBe(true);
  expect(await requestsOf("plugin")).toEqual(dynamic);
});
