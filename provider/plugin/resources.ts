import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Bag } from "../base/bag";
import { commandFor } from "../config";
import type { CheckResult } from "../lifecycle/check";
import { createIntegration } from "../lifecycle/create";
import { deleteIntegration } from "../lifecycle/delete";
import { previewCreate, previewUpdate } from "../lifecycle/diff";
import { importIntegration } from "../lifecycle/import";
import type { IntegrationLogs } from "../lifecycle/integration-logs";
import {
  identityOf,
  lookupKey,
  managedKey,
  outputsFromBag,
  partialState,
  uidKey,
} from "../lifecycle/outputs";
import type { ProviderProcess } from "../lifecycle/provider-process";
import { lastKnown } from "../lifecycle/read";
import { updateIntegration } from "../lifecycle/update";
import { providerKey, typeOf, unknownValue } from "../run/constants";
import type { EngineCalls } from "../run/engine-calls";
import type { Place } from "../run/identity";
import { Empty } from "../run/sdk-libraries";
import { bagOf, decode, encode } from "./property-values";
import {
  awaitingCallError,
  callError,
  changesBetween,
  checkResponse,
  type DiffEffects,
  diffResponse,
  partialCallError,
  unaryMethods,
} from "./responses";

/** The engine's data about a resource that is read: none for an import. For a lookup, its inputs, which present engines also send as its state. */
type Known = { readonly [Name in "inputs" | "state"]: Bag | undefined };

/** The operations of a resource type in the plugin protocol. */
export interface PluginResource {
  /** Whether the engine must read the resource before every update (`refresh_before_update`). */
  readonly refreshBeforeUpdate: boolean;
  check(urn: string, olds: Bag, news: Bag): Promise<CheckResult>;
  diff(urn: string, id: string, state: Bag, news: Bag): DiffEffects;
  /** The inputs of a resource whose state is known. */
  inputsOf(id: string, state: Bag, news: Bag): Bag;
  /** Predicts the outputs of an update, or without old outputs of a create. */
  preview(olds: Bag | undefined, inputs: Bag): Bag;
  create(urn: string, inputs: Bag): Promise<{ id: string; outputs: Bag }>;
  /** Returns undefined if the resource is missing. */
  read(urn: string, id: string, known: Known): Promise<{ id: string; outputs: Bag; inputs: Bag } | undefined>;
  update(urn: string, id: string, olds: Bag, inputs: Bag): Promise<Bag>;
  delete(urn: string, id: string, olds: Bag): Promise<void>;
}

export function integrationResource(process: ProviderProcess): PluginResource {
  const { providerName } = process;
  // The name of an explicit provider is an input, so that a move to another provider is an update, which checks whether the move is possible.
  const provider = providerName === undefined ? {} : { providerName };
  const isAccount = (name: string) => {
    const { configuration } = process;
    return configuration.accounts.has(name) || commandFor(configuration, name) !== undefined;
  };
  return {
    refreshBeforeUpdate: true,
    check: (urn, olds, news) => process.check(olds, { ...news, ...provider }, urn),
    diff: (urn, id, state, news) => ({
      ...process.diff(id, state, news, urn),
      stables: ["integrationId", "connectedUserId", "createdTimestamp"],
    }),
    inputsOf: (id, state) => lastKnown(id, state).inputs,
    preview: (olds, inputs) => (olds === undefined ? previewCreate(inputs) : previewUpdate(olds, inputs)),
    create: async (urn, inputs) => createIntegration(inputs, process.session, urn),
    async read(urn, id, { inputs, state = inputs }) {
      if (state !== undefined) {
        const found = await process.read(id, previousOutputs(state), urn);
        return found && { id, ...found };
      }
      const place = importPlace(id, isAccount);
      const { session } = process;
      const imported = await importIntegration({ ...place, ...provider }, session);
      if (imported === undefined) return undefined;
      // Programs in other languages read an integration in the same way (`get`). The engine compares an imported one afterwards.
      session.ledger.record("wanted", identityOf(outputsFromBag(imported.outputs), urn));
      return { id: place.externalBusinessId, ...imported };
    },
    update: async (urn, id, olds, inputs) => updateIntegration(id, olds, inputs, process.session, urn),
    delete: async (urn, id, olds) => deleteIntegration(id, olds, process.session, urn),
  };
}

/** Marks the state of a lookup, which has no record of managed fields. State of the dynamic provider can lack the record, but has the code. */
function previousOutputs(state: Bag): Bag {
  const isLookup = !(managedKey in state) && !(providerKey in state);
  return isLookup ? { ...state, [lookupKey]: true } : state;
}

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

/** The ID with which an integration is imported. @param account the named account, or undefined for the default account. */
export function importId(externalBusinessId: string, account = ""): string {
  return account === "" && !externalBusinessId.includes(separator)
    ? externalBusinessId
    : account + separator + externalBusinessId;
}

export function logResource(logs: IntegrationLogs): PluginResource {
  return {
    refreshBeforeUpdate: false,
    check: async (_urn, _olds, news) => logs.check(news),
    diff: () => ({}),
    // Without a time in the program, state has the time at which the entry was sent.
    inputsOf: (_id, { clientTimestamp, ...inputs }, news) =>
      news.clientTimestamp === undefined ? inputs : { ...inputs, clientTimestamp },
    preview: (_olds, inputs) => ({ clientTimestamp: unknownValue, ...inputs }),
    create: (_urn, inputs) => logs.create(inputs),
    /** Keeps the state, because Pinterest's log cannot be read. */
    async read(_urn, id, { inputs = {}, state }) {
      if (state !== undefined) return { id, outputs: state, inputs };
      throw new Error(
        `importing '${id}': log entries cannot be imported, because Pinterest's log cannot be read.`,
      );
    },
    update: (_urn, _id, _olds, inputs) => logs.send(inputs),
    delete: async () => {},
  };
}

/** A plugin, as the methods about resources use it. */
interface ResourcePlugin {
  readonly calls: EngineCalls;
  readonly process: Pick<ProviderProcess, "failureOfWrite" | "wording">;
  /** Returns the resource of a type token. */
  resource(type: string): PluginResource;
}

/** The methods of the plugin protocol that are about a resource. */
export function resourceMethods(plugin: ResourcePlugin): UntypedServiceImplementation {
  const { calls } = plugin;
  const unary = unaryMethods(plugin);
  /**
   * Runs a create or update. The error of a partial failure contains the state that the engine saves. After a failure of the account, the error lets
   * the engine continue.
   */
  const write = async <T>(
    { refreshBeforeUpdate }: PluginResource,
    urn: string,
    secrets: Iterable<string>,
    action: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await action();
    } catch (thrown) {
      const partial = partialState(thrown);
      if (partial !== undefined) {
        const state = new messages.ErrorResourceInitFailed()
          .setId(partial.id)
          .setProperties(encode(partial.outputs, secrets))
          .setRefreshBeforeUpdate(refreshBeforeUpdate);
        throw partialCallError(callError(thrown, plugin.process.wording), state);
      }
      const { error, isAwaiting } = await plugin.process.failureOfWrite(thrown, urn);
      throw isAwaiting ? awaitingCallError(callError(error, plugin.process.wording)) : error;
    }
  };
  const resourceFor = (request: { getType(): string; getUrn(): string }) =>
    plugin.resource(request.getType() || typeOf(request.getUrn()));
  const run = <T>(request: { getUrn(): string; getTimeout(): number }, action: () => Promise<T>) =>
    calls.run(request.getUrn(), request.getTimeout(), action);
  return {
    check: unary(async (request: messages.CheckRequest) => {
      const urn = request.getUrn();
      const olds = bagOf(request.getOlds());
      const { values, secrets } = decode(request.getNews());
      const check = () => resourceFor(request).check(urn, olds, values);
      return checkResponse(await calls.run(urn, 0, check), secrets);
    }),
    diff: unary(async (request: messages.DiffRequest) => {
      const resource = resourceFor(request);
      const [id, state, news] = [request.getId(), bagOf(request.getOlds()), bagOf(request.getNews())];
      const effects = resource.diff(request.getUrn(), id, state, news);
      const oldInputs = decodeIfGiven(request.getOldInputs())?.values ?? resource.inputsOf(id, state, news);
      return diffResponse(changesBetween(oldInputs, news), effects);
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const resource = resourceFor(request);
      const { values, secrets } = decode(request.getProperties());
      const urn = request.getUrn();
      const create = () => write(resource, urn, secrets, () => resource.create(urn, values));
      // A preview returns no ID, although it is known: functions of the program would read the integration before it is created.
      const { id, outputs } = request.getPreview()
        ? { id: "", outputs: resource.preview(undefined, values) }
        : await run(request, create);
      return new messages.CreateResponse()
        .setId(id)
        .setProperties(encode(outputs, secrets))
        .setRefreshBeforeUpdate(resource.refreshBeforeUpdate);
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const resource = resourceFor(request);
      const inputs = decodeIfGiven(request.getInputs());
      const state = decodeIfGiven(request.getProperties());
      const known = { inputs: inputs?.values, state: state?.values };
      const found = await run(request, () => resource.read(request.getUrn(), request.getId(), known));
      if (found === undefined) return new messages.ReadResponse();
      const secrets = [...(inputs?.secrets ?? []), ...(state?.secrets ?? [])];
      return (
        new messages.ReadResponse()
          .setId(found.id)
          .setProperties(encode(found.outputs, secrets))
          .setInputs(encode(found.inputs, secrets))
          // Lookups are read by the program.
          .setRefreshBeforeUpdate(resource.refreshBeforeUpdate && uidKey in found.outputs)
      );
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const resource = resourceFor(request);
      const olds = bagOf(request.getOlds());
      const { values, secrets } = decode(request.getNews());
      const urn = request.getUrn();
      const update = () => resource.update(urn, request.getId(), olds, values);
      const outputs = request.getPreview()
        ? resource.preview(olds, values)
        : await run(request, () => write(resource, urn, secrets, update));
      return new messages.UpdateResponse()
        .setProperties(encode(outputs, secrets))
        .setRefreshBeforeUpdate(resource.refreshBeforeUpdate);
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      const resource = resourceFor(request);
      const state = bagOf(request.getProperties());
      await run(request, () => resource.delete(request.getUrn(), request.getId(), state));
      return new Empty();
    }),
  };
}

/** Decodes properties. Undefined if there are none: an engine from version 3.276 on sends an empty struct for the properties of an import. */
function decodeIfGiven(struct: Parameters<typeof decode>[0]): ReturnType<typeof decode> | undefined {
  const decoded = decode(struct);
  return Object.keys(decoded.values).length === 0 ? undefined : decoded;
}
