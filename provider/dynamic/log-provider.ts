import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { fullKey } from "../config";
import type { Bag } from "../lifecycle/outputs";
import { IntegrationLogs } from "../runtime/integration-logs";
import { ProviderProcess } from "../runtime/provider-process";
import { providerKey } from "./constant";
import { withEncodableErrors } from "./provider";

/** The dynamic front end of log entries, without `read` and `delete`: see {@link IntegrationLogs}. */
export class LogProvider implements dynamic.ResourceProvider {
  private readonly logs: IntegrationLogs;

  /** @param process what the providers of a process share. */
  constructor(private readonly process = new ProviderProcess()) {
    this.logs = new IntegrationLogs(process);
  }

  configure({ config }: dynamic.ConfigureRequest): Promise<void> {
    this.process.configure((key) => config.get(fullKey(key)));
    return Promise.resolve();
  }

  async check(_olds: Bag, news: Bag): Promise<dynamic.CheckResult> {
    const { inputs, problems } = this.logs.check(news);
    // The engine prints the value of a property that a failure names, secret or not: the reason names it instead.
    return { inputs, failures: problems.map((reason) => ({ property: "", reason })) };
  }

  /** The engine compares the inputs itself, and names those that differ; nothing replaces an entry. */
  async diff(): Promise<dynamic.DiffResult> {
    return { replaces: [] };
  }

  async create(inputs: Bag): Promise<dynamic.CreateResult> {
    const { id, outputs } = await withEncodableErrors(() => this.logs.create(own(inputs)));
    return { id, outs: outputs };
  }

  async update(_id: string, olds: Bag, news: Bag): Promise<dynamic.UpdateResult> {
    // Of an entry that comes from the plugin only the provider's text is new, which is no reason to record it again.
    const outs = { clientTimestamp: olds.clientTimestamp, ...own(news) };
    const update = () => withEncodableErrors(() => this.logs.update(own(news)));
    return { outs: isDeepStrictEqual(own(olds), outs) ? outs : await update() };
  }
}

function own({ [providerKey]: _, ...inputs }: Bag): Bag {
  return inputs;
}
