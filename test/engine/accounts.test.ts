import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { ProviderProcesses } from "./helpers/provider-processes";

const names = Array.from({ length: 200 }, (_, index) => `merchant-${index + 1}`);
const revoked = "merchant-7";
const args = (name: string) => ({
  externalBusinessId: `shop-of-${name}`,
  account: name,
  connectedMerchantId: "1949483",
  connectedAdvertiserId: "549755885175",
  connectedTagId: "2613187432",
});

let lab: Lab;
let processes: ProviderProcesses;

beforeAll(async () => {
  lab = await Lab.open();
  processes = new ProviderProcesses(lab);
  const tokens = names.map((name) => [name, lab.emulator.addAccount({ name }).access_tokens[0]]);
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(Object.fromEntries(tokens));
});

afterAll(() => lab.close());

/** For every request since the last clearing: whose token it carried, and which integration it was about. */
function requesters(): Set<string> {
  const entries = lab.emulator.requests();
  return new Set(entries.map(({ account, external_business_id }) => `${account} ${external_business_id}`));
}

test("an unknown account and a revoked one fail by their names, and all others go on, in one process", async () => {
  lab.emulator.setAccount(revoked, { revoked: true });
  lab.program(Object.fromEntries([...names, "nobody"].map((name) => [name, args(name)])));
  const { output } = await lab.upFails();

  expect(output).toMatch(
    /no access token for account 'nobody': `pinterest:accounts` \(PINTEREST_ACCOUNTS\) holds/,
  );
  expect(output).toMatch(/"shop-of-merchant-7" \(account 'merchant-7'\) failed: .* HTTP 401, code 2/);
  const created = lab.emulator.integrations().map(({ external_business_id }) => external_business_id);
  expect(new Set(created)).toEqual(
    new Set(names.filter((name) => name !== revoked).map((name) => `shop-of-${name}`)),
  );
  expect(processes.started()).toHaveLength(1);
});

test("each integration is asked for, written and deleted with the token of its own account", async () => {
  const own = new Set(names.map((name) => `${name} shop-of-${name}`));
  expect(requesters()).toEqual(own);
});

test("state keeps 1.2 kB and twice what the program gives, at most, of one with merchant, advertiser and tag", async () => {
  const state = Object.values(await lab.state());
  expect(state).toHaveLength(names.length - 1);
  for (const resource of state) {
    const given = JSON.stringify(args(resource.urn.split("::").at(-1) ?? "")).length;
    expect(JSON.stringify(resource).length).toBeLessThanOrEqual(1200 + 2 * given);
  }
});

test("a refresh and a destroy without the program still use every account's own token", async () => {
  lab.emulator.setAccount(revoked, { revoked: false });
  lab.emulator.clearRequests();
  processes.clear();
  lab.program({});
  await lab.succeed("refresh", "--skip-preview");
  await lab.succeed("destroy", "--skip-preview");
  // The refresh asks for each account's list, the destroy for its integration.
  const own = names.filter((name) => name !== revoked);
  expect(requesters()).toEqual(new Set(own.flatMap((name) => [`${name} null`, `${name} shop-of-${name}`])));
  expect(lab.emulator.integrations()).toEqual([]);
  expect(processes.started()).toHaveLength(2);
});
