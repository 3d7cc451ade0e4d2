import { randomUUID } from "node:crypto";
import type { dynamic } from "@pulumi/pulumi";
import { fullKey } from "../configuration";
import type { Bag } from "../lifecycle";
import { checkLog } from "../process/log-check";
import { recordLog } from "../process/log-record";
import { ProviderProcess } from "../process/provider-process";
import { providerKey } from "./constant";

/**
 * The dynamic front end of log entries. Pinterest's log can only be added to: there is no `read`, so a refresh keeps what state has,
 * and no `delete`, so state forgets an entry that Pinterest keeps.
 */
export class LogProvider implements dynamic.ResourceProvider {
  /** @param process what the providers of a process share. */
  constructor(private readonly process = new ProviderProcess()) {}

  configure(request: dynamic.ConfigureRequest): Promise<void> {
    this.process.configure((key) => request.config.get(fullKey(key)));
    return Promise.resolve();
  }

  async check(_olds: Bag, news: Bag): Promise<dynamic.CheckResult> {
    const { inputs, problems } = checkLog(news);
    this.process.expect(inputs.account);
    // The engine prints the value of a property that a failure names, secret or not: the reason names it instead.
    return { inputs, failures: problems.map((reason) => ({ property: "", reason })) };
  }

  /** The engine compares the inputs itself, and names those that differ; nothing replaces an entry. */
  async diff(): Promise<dynamic.DiffResult> {
    return { replaces: [] };
  }

  async create(inputs: Bag): Promise<dynamic.CreateResult> {
    return { id: `log-${randomUUID()}`, outs: await this.record(inputs) };
  }

  async update(_id: string, _olds: Bag, news: Bag): Promise<dynamic.UpdateResult> {
    return { outs: await this.record(news) };
  }

  private record({ [providerKey]: _, ...inputs }: Bag): Promise<Bag> {
    const { clients } = this.process.working();
    return recordLog(inputs, { client: (account) => clients.client(account), now: () => Date.now() });
  }
}
