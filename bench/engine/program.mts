import type { Accounts, Peer } from "../results.mts";

/** What a program gives each integration, beside its id and its account. */
export interface Connection {
  readonly connectedMerchantId: string;
  readonly connectedAdvertiserId: string;
  readonly connectedTagId: string;
}

/** The tag before and after the change of one property everywhere. */
export const tags = { before: "2613187432", after: "2613187433" } as const;

export function connection(tag: string): Connection {
  return { connectedMerchantId: "1949483", connectedAdvertiserId: "549755885175", connectedTagId: tag };
}

/** How many bytes of JSON the user gives each integration, as far as they are the same for all. */
export const givenBytes = JSON.stringify({
  externalBusinessId: "shop-1000",
  ...connection(tags.before),
}).length;

/** Where a peer's class comes from, seen from the project's directory. */
const modules: Readonly<Record<Peer, string>> = {
  straightforward: "./straightforward",
  "straightforward-package": "straightforward",
  dynamic: "pulumi-pinterest",
  plugin: "pulumi-pinterest/native",
  nothing: "nothing",
  "nothing-dynamic": "nothing-dynamic",
};

/** The program that declares so many integrations: the same for every peer, but for the import. */
export function programText(peer: Peer, count: number, accounts: Accounts, tag: string): string {
  const account = accounts === "one" ? "" : " account: name,";
  return [
    `const { CommerceIntegration } = require("${modules[peer]}");`,
    "",
    `for (let number = 1; number <= ${count}; number++) {`,
    '  const name = "shop-" + number;',
    "  new CommerceIntegration(name, {",
    `    externalBusinessId: name,${account} ...${JSON.stringify(connection(tag))},`,
    "  });",
    "}",
    "",
  ].join("\n");
}
