import type { Bag } from "../../../provider/base/bag";
import { createIntegration } from "../../../provider/lifecycle/create";
import { deleteIntegration } from "../../../provider/lifecycle/delete";
import { predictCreate } from "../../../provider/lifecycle/diff";
import { importIntegration } from "../../../provider/lifecycle/import";
import { readIntegration } from "../../../provider/lifecycle/read";
import { type Dependencies, openSession } from "../../../provider/lifecycle/session";
import { updateIntegration } from "../../../provider/lifecycle/update";
import type { Place } from "../../../provider/run/identity";
import type { RunLedger } from "../../../provider/run/ledger";

export type Operations = ReturnType<typeof openOperations>;

/** The operations of a provider process. */
export function openOperations(dependencies: Dependencies, ledger?: RunLedger) {
  const session = openSession(dependencies, ledger);
  return {
    create: (news: Bag) => createIntegration(news, session),
    read: (id: string, previous: Bag) => readIntegration(id, previous, session),
    update: (id: string, previous: Bag, news: Bag) => updateIntegration(id, previous, news, session),
    delete: (id: string, previous: Bag) => deleteIntegration(id, previous, session),
    import: (place: Place) => importIntegration(place, session),
    predictCreate: (news: Bag) => predictCreate(news, session),
  };
}
