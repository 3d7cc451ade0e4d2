import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  const { emulator } = lab;
  const accounts = {
    one: emulator.token("shop-1"),
    two: emulator.token("shop-2"),
    same: emulator.issueToken("shop-1"),
  };
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify(accounts);
});

afterAll(() => lab.close());

const provider = (name: string, shop: string) =>
  `const ${name} = new pinterest.Provider("${name}", { accessToken: "${lab.emulator.token(shop)}" });\n`;
const named = (id: string, account: string) => ({ externalBusinessId: id, account, connectedTagId: "1" });
const provided = (id: string, name?: string) => ({
  args: { externalBusinessId: id, connectedTagId: "1" },
  options: name === undefined ? "{}" : `{ provider: ${name} }`,
});

/** Whose integrations there are. */
function owners(): Record<string, string> {
  const names = lab.emulator.accounts().map(({ name, connected_user_id }) => [connected_user_id, name]);
  const nameOf = Object.fromEntries(names);
  return Object.fromEntries(
    lab.emulator.integrations().map((item) => [item.external_business_id, nameOf[item.connected_user_id]]),
  );
}

function writers(): string[] {
  return lab.emulator
    .requests()
    .filter(({ method }) => method !== "GET")
    .map(({ account, method, external_business_id }) => `${account} ${method} ${external_business_id}`);
}

const before = { named: "shop-1", provided: "shop-1", sameOwner: "shop-1", toProvider: "shop-1" };

test("a move between accounts or providers shows in the preview, as that and nothing else", async () => {
  lab.program(
    {
      named: named("named", "one"),
      provided: provided("provided", "first"),
      sameOwner: named("sameOwner", "one"),
      toProvider: provided("toProvider"),
    },
    provider("first", "shop-1"),
  );
  await lab.up();
  expect(owners()).toEqual(before);
  lab.program(
    {
      named: named("named", "two"),
      provided: provided("provided", "second"),
      sameOwner: named("sameOwner", "same"),
      toProvider: provided("toProvider", "first"),
    },
    provider("first", "shop-1") + provider("second", "shop-2"),
  );
  const steps = Object.fromEntries(
    (await lab.steps()).map(({ name, op, detailedDiff }) => [name, [op, Object.keys(detailedDiff ?? {})]]),
  );
  expect(steps).toEqual({
    named: ["update", ["account"]],
    provided: ["update", ["providerName"]],
    sameOwner: ["update", ["account"]],
    toProvider: ["update", ["providerName"]],
  });
});

test("to another owner it is refused with the way to move it; within one owner nothing is done", async () => {
  lab.emulator.clearRequests();
  const { output } = await lab.upFails();
  for (const [id, from, to] of [
    ["named", "account 'one' of the default provider", "account 'two' of the default provider"],
    ["provided", "provider 'first'", "provider 'second'"],
  ]) {
    expect(output).toContain(
      `moving integration '${id}' from ${from} to ${to}: the new account may not access it`,
    );
  }
  expect(output).toContain("pulumi up --target-replace '**::NAME'");
  expect(output).not.toMatch(/moving integration '(sameOwner|toProvider)'/);
  expect(writers()).toEqual([]);
  expect(owners()).toEqual(before);
  const open = (await lab.steps()).filter(({ op }) => op !== "same");
  expect(open.map(({ name }) => name).sort()).toEqual(["named", "provided"]);
});

test("the way that was said moves it: deleted in the old account, then created in the new one", async () => {
  lab.emulator.clearRequests();
  await lab.up("--target-replace", "**::named", "--target-replace", "**::provided");
  for (const id of ["named", "provided"]) {
    expect(writers().filter((line) => line.endsWith(id))).toEqual([
      `shop-1 DELETE ${id}`,
      `shop-2 POST ${id}`,
    ]);
  }
  expect(owners()).toEqual({ ...before, named: "shop-2", provided: "shop-2" });
  expect(await lab.previewExit("--refresh")).toBe(0);
});
