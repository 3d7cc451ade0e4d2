import { randomUUID } from "node:crypto";
import type { Bag } from "../lifecycle/outputs";
import { checkLog } from "./log-check";
import { recordLog } from "./log-record";
import type { ProviderProcess } from "./provider-process";

/**
 * The log entries of one provider process. Pinterest's log can only be added to: nothing reads an entry, and state forgets one that
 * Pinterest keeps.
 */
export class IntegrationLogs {
  constructor(private readonly process: ProviderProcess) {}

  /** Validates inputs. Problems name the property, and never a value, which may be a secret. */
  check(news: Bag): { inputs: Bag; problems: string[] } {
    const problem = this.process.configurationProblem();
    if (problem !== undefined) return { inputs: news, problems: [problem] };
    const checked = checkLog(news);
    this.process.expect(checked.inputs.account);
    return checked;
  }

  async create(inputs: Bag): Promise<{ id: string; outputs: Bag }> {
    return { id: `log-${randomUUID()}`, outputs: await this.record(inputs) };
  }

  /** Records the entry once more. */
  update(inputs: Bag): Promise<Bag> {
    return this.record(inputs);
  }

  private record(inputs: Bag): Promise<Bag> {
    const { clients } = this.process.working();
    return recordLog(inputs, { client: (account) => clients.client(account), now: () => Date.now() });
  }
}
