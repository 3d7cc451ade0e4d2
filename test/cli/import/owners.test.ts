import { expect, test } from "@jest/globals";
import { Owners } from "../../../provider/cli/import/owners";
import { Clients, readConfiguration } from "../../../provider/configuration";
import { emulate } from "../../emulator/helpers/emulate";

test("finds each account's integrations in the list of that account, which it requests once", async () => {
  const { emulator } = await emulate();
  const values: Record<string, string> = {
    apiUrl: emulator.url,
    accounts: JSON.stringify({ north: emulator.token("shop-1"), south: emulator.token("shop-2") }),
  };
  for (const account of ["shop-1", "shop-2"]) {
    for (const id of ["a", "b"]) emulator.put(`${account}-${id}`, {}, { account });
  }
  const clients = new Clients(
    readConfiguration((key) => values[key], {}),
    () => {},
  );
  const owners = new Owners(clients, [], () => {});
  const find = (account: string, externalBusinessId: string) =>
    owners.find({ externalBusinessId, account, managed: [], secrets: [] });
  for (const [account, id] of [
    ["north", "shop-1-a"],
    ["south", "shop-2-a"],
    ["north", "shop-1-b"],
    ["south", "shop-2-b"],
  ] as const) {
    expect(await find(account, id)).toMatchObject({ found: { externalBusinessId: id } });
  }
  expect(emulator.requests().map(({ path, account }) => [path.replace(/\?.*/, ""), account])).toEqual([
    ["/v5/integrations", "shop-1"],
    ["/v5/integrations", "shop-2"],
  ]);
});

test("an explicit provider that is not deployed is refused with the command that deploys it", async () => {
  const clients = new Clients(
    readConfiguration(() => undefined, {}),
    () => {},
  );
  const owners = new Owners(clients, [], () => {}, " --stack prod");
  const providerUrn = "urn:pulumi:prod::lab::pulumi:providers:pinterest::p";
  expect(await owners.find({ externalBusinessId: "a", providerUrn, managed: [], secrets: [] })).toEqual({
    problem: expect.stringContaining(`\`pulumi up --target ${providerUrn} --stack prod\``),
  });
});
