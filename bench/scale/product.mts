import { createRequire } from "node:module";
import type { Dispatcher } from "undici";
import type { PinterestClient as Client, Clock } from "../../provider/api/index.ts";
import { settingsOn } from "../../test/lifecycle/helpers/settings.mts";
import { tokenOf } from "./integrations.mts";

// The built product, as users have it.
const require = createRequire(import.meta.url);
const { CommerceIntegrationLifecycle } =
  require("../../dist/provider/lifecycle/index.js") as typeof import("../../provider/lifecycle/index.ts");
const { PinterestClient, staticToken } =
  require("../../dist/provider/api/index.js") as typeof import("../../provider/api/index.ts");

export type Lifecycle = InstanceType<typeof CommerceIntegrationLifecycle>;

/** Whether reads may be answered from the account's list, as the product does it, or each makes a request of its own. */
export type Way = "by list" | "one by one";

/** A client whose list is out of reach without a request, so that the lifecycle asks for each integration itself. */
class ClientWithoutList extends PinterestClient {
  override listIntegrations(): Promise<never> {
    return Promise.reject(new Error("this check does without the list"));
  }
}

/**
 * A provider process's lifecycle with the defaults of a program: a client, with a rate budget of its own, for each account when
 * it is first read.
 *
 * @param apiUrl where the dispatcher's API is.
 * @param clock whose time it all takes.
 */
export function openProduct(apiUrl: string, dispatcher: Dispatcher, clock: Clock, way: Way): Lifecycle {
  const Kind = way === "by list" ? PinterestClient : ClientWithoutList;
  const clients = new Map<string, Client>();
  return new CommerceIntegrationLifecycle({
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
}
