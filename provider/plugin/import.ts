import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { type ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { PinterestClient } from "../api";
import type { Bag, Place } from "../lifecycle/outputs";
import { integrationType } from "../runtime/constants";
import { functions } from "../runtime/functions";
import { callError, create } from "./messages";
import type { Plugin } from "./plugin";
import { bagOf, withoutNulls } from "./property-values";

const separator = "::";

/**
 * Parses the ID of an import: `ID` for an integration of the default account, `ACCOUNT::ID` for one of a named account, `::ID` for an ID
 * of the default account that contains two colons.
 *
 * @throws Error if the part before the colons is not a configured account.
 */
export function importPlace(id: string, isAccount: (name: string) => boolean): Place {
  const first = id.indexOf(separator);
  if (first < 0) return { externalBusinessId: id };
  // The name of an account can contain colons too.
  for (let at = first; at >= 0; at = id.indexOf(separator, at + 1)) {
    const account = id.slice(0, at);
    const externalBusinessId = id.slice(at + separator.length);
    if (account === "") return { externalBusinessId };
    if (isAccount(account)) return { externalBusinessId, account };
  }
  throw new Error(
    `importing '${id}': '${id.slice(0, first)}' is not an account in \`pinterest:accounts\`. Use \`ID\`, \`ACCOUNT::ID\` for an ` +
      "integration of a named account, or `::ID` for an ID of the default account that contains two colons.",
  );
}

/** The ID with which an integration is imported. */
export function importId({ externalBusinessId, account = "" }: Place): string {
  return account === "" && !externalBusinessId.includes(separator)
    ? externalBusinessId
    : account + separator + externalBusinessId;
}

/**
 * Lists an account's integrations with the filters of getIntegrations: import IDs and names.
 *
 * @param limit the maximum number of integrations, or 0 for all.
 * @throws Error if a filter is invalid or Pinterest refuses the request.
 */
async function listIntegrations(
  query: Bag,
  limit: number,
  client: (account: string | undefined) => PinterestClient,
): Promise<{ id: string; name: string }[]> {
  const { getIntegrations } = functions;
  const args = { ...withoutNulls(query), ...(limit > 0 ? { maxItems: limit } : {}) } as { account?: string };
  getIntegrations.check(args);
  const account = args.account === undefined ? {} : { account: args.account };
  const { integrations } = await getIntegrations.call(client(args.account), args);
  return integrations.flatMap(({ externalBusinessId }) =>
    externalBusinessId === undefined
      ? []
      : [{ id: importId({ externalBusinessId, ...account }), name: externalBusinessId }],
  );
}

/** The method that streams the resources of a type that can be imported. */
export function listMethod(plugin: Plugin): handleServerStreamingCall<ListRequest, ListResponse> {
  return async (call) => {
    const { request } = call;
    try {
      const type = request.getToken();
      if (type !== integrationType) throw new Error(`'${type}' cannot be listed`);
      const query = bagOf(request.getQuery());
      const client = (account: string | undefined) => plugin.client(account);
      const found = await plugin.calls.run("", 0, () => listIntegrations(query, request.getLimit(), client));
      for (const { id, name } of found) {
        const result = create(ListResponse.Result, { id, name });
        call.write(create(ListResponse, { result }));
      }
      call.end();
    } catch (error) {
      call.emit("error", callError(error));
    }
  };
}
