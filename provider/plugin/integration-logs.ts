import type { Bag } from "../lifecycle/outputs";
import { unknownValue } from "../lifecycle/values";
import type { IntegrationLogs } from "../runtime/integration-logs";
import { differenceOf } from "./difference";
import { encode, type Properties } from "./property-values";
import type { Difference, Known, PluginResource } from "./resource";
import type { Struct } from "./sdk-libraries";

/** Log entries as the plugin protocol has them. */
export class PluginLogs implements PluginResource {
  readonly refreshBeforeUpdate = false;

  constructor(private readonly logs: IntegrationLogs) {}

  async check(
    _urn: string,
    _olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Struct; problems: string[] }> {
    const { inputs, problems } = this.logs.check(news.values);
    return { inputs: encode(inputs, news.secrets), problems };
  }

  diff(_id: string, { inputs }: Known, news: Properties): Difference {
    return { changes: differenceOf(inputs?.values ?? {}, news.values), replaces: [], stables: [] };
  }

  async create({ values, secrets }: Properties, preview: boolean): Promise<{ id: string; outputs: Struct }> {
    const { id, outputs } = preview ? { id: "", outputs: foretold(values) } : await this.logs.create(values);
    return { id, outputs: encode(outputs, secrets) };
  }

  /** Nothing reads Pinterest's log: a refresh keeps what state has. */
  async read(id: string, { inputs, state }: Known) {
    if (state === undefined) {
      throw new Error(
        `importing '${id}': Pinterest's log cannot be read, so no entry of it can be imported.`,
      );
    }
    return {
      id,
      outputs: encode(state.values, state.secrets),
      inputs: encode(inputs?.values ?? {}, inputs?.secrets),
    };
  }

  async update(
    _id: string,
    _olds: Properties,
    { values, secrets }: Properties,
    preview: boolean,
  ): Promise<Struct> {
    return encode(preview ? foretold(values) : await this.logs.update(values), secrets);
  }

  async delete(): Promise<void> {}
}

function foretold(inputs: Bag): Bag {
  return { clientTimestamp: unknownValue, ...inputs };
}
