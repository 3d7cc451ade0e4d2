import { createRequire } from "node:module";
import type { Dispatcher } from "undici";
import type { PinterestClient as Client, Clock } from "../../provider/api/index.ts";
import { settingsOn } from "../../test/lifecycle/helpers/settings.mts";
import { tokenOf } from "./integrations.mts";

// The built product, as users have it.
const require = createRequire(import.meta.url);
const { readIntegration } =
  require("../../dist/provider/lifecycle/read.js") as typeof import("../../provider/lifecycle/read.ts");
const { openSession } =
  require("../../dist/provider/lifecycle/session.js") as typeof import("../../provider/lifecycle/session.ts");
const { PinterestClient, staticToken } =
  require("../../dist/provider/api/index.js") as typeof import("../../provider/api/index.ts");

/** The reads of a provider process. */
export interface Product {
  read(id: string, previous: Record<string, unknown>): ReturnType<typeof readIntegration>;
}

/** Whether reads may be answered from the account's list, as the product does it, or each makes a request of its own. */
export type Way = "by list" | "one by one";

/** A client whose list is out of reach without a request, so that each integration is requested by itself. */
class ClientWithoutList extends PinterestClient {
  override listIntegrations(): Promise<never> {
    return Promise.reject(new Error("this check does without the list"));
  }
}

/**
 * Opens a provider process with the defaults of a program. It has a client with its own rate limits for each account.
 *
 * @param apiUrl where the dispatcher's API is.
 * @param clock whose time it all takes.
 */
export function openProduct(apiUrl: string, dispatcher: Dispatcher, clock: Clock, way: Way): Product {
  const Kind = way === "by list" ? PinterestClient : ClientWithoutList;
  const clients = new Map<string, Client>();
  const session = openSession({
    client: (account = "") => {
      const client =
        clients.get(account) ??
        new Kind({ apiUrl, dispatcher, clock, account, credentials: staticToken(tokenOf(account)) });
      clients.set(account, client);
      return client;
    },
    notify: () => {},
    ...settingsOn(clock),
  });
  return { read: (id, previous) => readIntegration(id, previous, session) };
}
