import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { secretFieldNames } from "../api/fields";
import { commandFor } from "../config/account-source";
import { createIntegration } from "../lifecycle/create";
import { deleteIntegration } from "../lifecycle/delete";
import { previewCreate, previewUpdate } from "../lifecycle/diff";
import { importIntegration } from "../lifecycle/import";
import { type Bag, lookupKey, managedKey, partialState, secretsAmong } from "../lifecycle/outputs";
import { updateIntegration } from "../lifecycle/update";
import { containsUnknown, unknownValue } from "../lifecycle/values";
import { providerKey } from "../runtime/constants";
import type { IntegrationLogs } from "../runtime/integration-logs";
import type { ProviderProcess } from "../runtime/provider-process";
import type { EngineCalls } from "./call";
import { type Difference, differenceOf, diffResponse } from "./difference";
import { importPlace } from "./import";
import { checkResponse, create, partialCallError, unary } from "./messages";
import { decode, encode, type Properties } from "./property-values";
import { Empty, type Struct } from "./sdk-libraries";

/** What the engine knows of a resource that is read: nothing for an import, the inputs alone for a lookup. */
export interface Known {
  readonly inputs: Properties | undefined;
  readonly state: Properties | undefined;
}

/** The result of a check. */
export interface Checked {
  readonly inputs: Struct;
  readonly problems: string[];
}

/** The result of a create. */
export interface Created {
  readonly id: string;
  readonly outputs: Struct;
}

/** The result of a read. */
export interface ReadResource extends Created {
  readonly inputs: Struct;
}

/** The operations of a resource type in the plugin protocol. */
export interface PluginResource {
  /** Whether the engine is to read the resource before every update (`refresh_before_update`). */
  readonly refreshBeforeUpdate: boolean;
  check(urn: string, olds: Properties, news: Properties): Promise<Checked>;
  diff(id: string, olds: Known, news: Properties): Difference;
  /** @param preview whether to return the expected outputs without a create. */
  create(inputs: Properties, preview: boolean): Promise<Created>;
  /** Returns undefined if the resource is missing. */
  read(id: string, known: Known): Promise<ReadResource | undefined>;
  update(id: string, olds: Properties, inputs: Properties, preview: boolean): Promise<Struct>;
  delete(id: string, olds: Properties): Promise<void>;
}

/** The part of a plugin that the methods about resources need. */
interface ServingPlugin {
  readonly calls: EngineCalls;
  check(type: string, urn: string, olds: Properties, news: Properties): Promise<Checked>;
  resource(type: string): PluginResource;
}

/** The methods of the plugin protocol about resources. */
export function resourceMethods(plugin: ServingPlugin) {
  const { calls } = plugin;
  return {
    check: unary(async (request: messages.CheckRequest) => {
      const urn = request.getUrn();
      return calls.run(urn, 0, async () =>
        checkResponse(
          await plugin.check(typeIn(request), urn, decode(request.getOlds()), decode(request.getNews())),
        ),
      );
    }),
    diff: unary(async (request: messages.DiffRequest) => {
      const known = { inputs: decode(request.getOldInputs()), state: decode(request.getOlds()) };
      return diffResponse(
        plugin.resource(typeIn(request)).diff(request.getId(), known, decode(request.getNews())),
      );
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const resource = plugin.resource(typeIn(request));
      const { id, outputs } = await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.create(decode(request.getProperties()), request.getPreview()),
      );
      const { refreshBeforeUpdate } = resource;
      return create(messages.CreateResponse, { id, properties: outputs, refreshBeforeUpdate });
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const resource = plugin.resource(typeIn(request));
      const known = {
        inputs: request.hasInputs() ? decode(request.getInputs()) : undefined,
        state: request.hasProperties() ? decode(request.getProperties()) : undefined,
      };
      const found = await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.read(request.getId(), known),
      );
      if (found === undefined) return new messages.ReadResponse();
      const { refreshBeforeUpdate } = resource;
      const { id, outputs, inputs } = found;
      return create(messages.ReadResponse, { id, properties: outputs, inputs, refreshBeforeUpdate });
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const resource = plugin.resource(typeIn(request));
      const [olds, news] = [decode(request.getOlds()), decode(request.getNews())];
      const outputs = await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.update(request.getId(), olds, news, request.getPreview()),
      );
      const { refreshBeforeUpdate } = resource;
      return create(messages.UpdateResponse, { properties: outputs, refreshBeforeUpdate });
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const resource = plugin.resource(typeIn(request));
      await calls.run(request.getUrn(), request.getTimeout(), () =>
        resource.delete(request.getId(), decode(request.getProperties())),
      );
      return new Empty();
    }),
  };
}

/** The type of a request's resource. Engines older than 3.140 send it in the URN only. */
function typeIn(request: { getType(): string; getUrn(): string }): string {
  return request.getType() || (request.getUrn().split("::").at(-2)?.split("$").at(-1) ?? "");
}

export class PluginIntegrations implements PluginResource {
  private readonly declarations = new Declarations();

  /** @param providerName the explicit provider's name. Undefined for a default provider. */
  constructor(
    private readonly process: ProviderProcess,
    private readonly providerName: string | undefined,
  ) {}

  get refreshBeforeUpdate(): boolean {
    return this.process.refreshBeforeUpdate;
  }

  async check(urn: string, olds: Properties, news: Properties): Promise<Checked> {
    // The provider's name is an input, so that a move to another provider is an update, which checks whether the move is possible.
    const given = { ...news.values, ...this.provider };
    const { inputs, problems } = await this.process.check(olds.values, given);
    const duplicate = problems.length === 0 ? this.declarations.problemWith(urn, inputs) : undefined;
    return {
      inputs: encode(inputs, [...news.secrets, ...secretFieldNames]),
      problems: duplicate === undefined ? problems : [duplicate],
    };
  }

  diff(id: string, { inputs, state }: Known, news: Properties): Difference {
    const { replaces } = this.process.diff(id, state?.values ?? {}, news.values);
    return {
      changes: differenceOf(inputs?.values ?? {}, news.values),
      replaces,
      stables: ["integrationId", "connectedUserId", "createdTimestamp"],
    };
  }

  async create(inputs: Properties, preview: boolean): Promise<Created> {
    // A preview returns no ID, although it is known: functions of the program would read the integration before it is created.
    const { id, outputs } = preview
      ? { id: "", outputs: previewCreate(inputs.values) }
      : await this.write(inputs, () => createIntegration(inputs.values, this.process.session));
    return { id, outputs: encodeOutputs(outputs, inputs.secrets) };
  }

  async read(id: string, { inputs, state }: Known): Promise<ReadResource | undefined> {
    const secrets = [...(inputs?.secrets ?? []), ...(state?.secrets ?? [])];
    const place =
      state === undefined ? importPlace(id, (name) => this.isAccount(name)) : { externalBusinessId: id };
    const found =
      state === undefined
        ? await importIntegration({ ...place, ...this.provider }, this.process.session)
        : await this.process.read(id, previousOutputs(state.values));
    return (
      found && {
        id: place.externalBusinessId,
        outputs: encodeOutputs(found.outputs, secrets),
        inputs: encode(found.inputs, [...secrets, ...secretFieldNames]),
      }
    );
  }

  async update(id: string, olds: Properties, inputs: Properties, preview: boolean): Promise<Struct> {
    const update = () => updateIntegration(id, olds.values, inputs.values, this.process.session);
    const outputs = preview ? previewUpdate(olds.values, inputs.values) : await this.write(inputs, update);
    return encodeOutputs(outputs, inputs.secrets);
  }

  async delete(id: string, olds: Properties): Promise<void> {
    await deleteIntegration(id, olds.values, this.process.session);
  }

  private isAccount(name: string): boolean {
    const { configuration } = this.process;
    return configuration.accounts.has(name) || commandFor(configuration, name) !== undefined;
  }

  private get provider(): { providerName?: string } {
    return this.providerName === undefined ? {} : { providerName: this.providerName };
  }

  /** Runs a create or update. The error of a partial failure contains the state that the engine saves. */
  private async write<T>(inputs: Properties, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const partial = partialState(error);
      if (partial === undefined) throw error;
      const { refreshBeforeUpdate } = this;
      const outputs = encodeOutputs(partial.outputs, inputs.secrets);
      throw partialCallError(error as Error, { id: partial.id, outputs, refreshBeforeUpdate });
    }
  }
}

/** Marks the state of a lookup, which has no record of managed fields. State of the dynamic provider can lack the record, but has the code. */
function previousOutputs(state: Bag): Bag {
  const isLookup = !(managedKey in state) && !(providerKey in state);
  return isLookup ? { ...state, [lookupKey]: true } : state;
}

function encodeOutputs(outputs: Bag, secrets: Iterable<string>): Struct {
  return encode(outputs, [...secrets, ...secretsAmong(outputs)]);
}

/** The resource that declares each integration, as far as this process has checked them. */
export class Declarations {
  readonly #urns = new Map<string, string>();

  /** The problem if another resource declares the same integration: the two would revert each other's changes in every update. */
  problemWith(urn: string, { externalBusinessId, account }: Bag): string | undefined {
    if (containsUnknown(externalBusinessId) || containsUnknown(account)) return undefined;
    const key = JSON.stringify([account ?? null, externalBusinessId]);
    const other = this.#urns.get(key);
    // The engine checks a replaced resource twice.
    if (other === undefined || other === urn) {
      this.#urns.set(key, urn);
      return undefined;
    }
    return (
      `'${other.split("::").at(-1)}' declares the integration '${externalBusinessId}' already. ` +
      "Give each its own externalBusinessId, or remove one of them."
    );
  }
}

export class PluginLogs implements PluginResource {
  readonly refreshBeforeUpdate = false;

  constructor(private readonly logs: IntegrationLogs) {}

  async check(_urn: string, _olds: Properties, news: Properties): Promise<Checked> {
    const { inputs, problems } = this.logs.check(news.values);
    return { inputs: encode(inputs, news.secrets), problems };
  }

  diff(_id: string, { inputs }: Known, news: Properties): Difference {
    return { changes: differenceOf(inputs?.values ?? {}, news.values), replaces: [], stables: [] };
  }

  async create({ values, secrets }: Properties, preview: boolean): Promise<Created> {
    const { id, outputs } = preview
      ? { id: "", outputs: previewOutputs(values) }
      : await this.logs.create(values);
    return { id, outputs: encode(outputs, secrets) };
  }

  /** Keeps the state, because Pinterest's log cannot be read. */
  async read(id: string, { inputs, state }: Known) {
    if (state === undefined) {
      throw new Error(
        `importing '${id}': log entries cannot be imported, because Pinterest's log cannot be read.`,
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
    return encode(preview ? previewOutputs(values) : await this.logs.send(values), secrets);
  }

  async delete(): Promise<void> {}
}

function previewOutputs(inputs: Bag): Bag {
  return { clientTimestamp: unknownValue, ...inputs };
}
