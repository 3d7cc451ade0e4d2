import * as pulumi from "@pulumi/pulumi";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceRequest,
  type RegisterResourceResponse,
  Result,
} from "@pulumi/pulumi/proto/resource_pb";
import { type Bag, pick } from "../base/bag";
import { ifPossible } from "../base/files";
import { type ConfigurationKey, called, commandFor, fullKey, readConfiguration } from "../config";
import { uidKey } from "../lifecycle/outputs";
import { dynamicType, explicitName, integrationType, unknownValue } from "../run/constants";
import { exitWithEngine } from "../run/engine-lifetime";
import { identityNames, keyOf, placeNames } from "../run/identity";
import { type Identity, RunLedger } from "../run/ledger";
import { limitsOf } from "../run/ownership";
import { checkedConfiguration, perRun, programHost, valueIfKnown } from "./program-checks";

const runLedger = perRun(() => {
  const engine = engineAddress();
  if (engine === undefined) return undefined;
  const ledger = new RunLedger(engine);
  openLedgers.add(ledger);
  // A process can run many programs (Automation API), and outlive their engines.
  exitWithEngine(engine, () => {
    openLedgers.delete(ledger);
    ledger.end();
  });
  return ledger;
});

/** The ledgers of the programs of this process whose engines are running. */
const openLedgers = new Set<RunLedger>();

/**
 * Records that a resource of the default provider uses an account, as soon as its name is known. The provider process can then run the
 * account command once for all accounts. Never fails, and omits names that are secrets.
 */
export function recordAccount(account: pulumi.Input<string | undefined>): void {
  const configuration = checkedConfiguration();
  if (configuration === undefined || account === undefined) return;
  const output = pulumi.output(account);
  const ledger = runLedger();
  Promise.all([valueIfKnown(output), pulumi.isSecret(output)]).then(
    ([known, isSecret]) => {
      const name = known?.value;
      if (typeof name !== "string" || isSecret || commandFor(configuration, name) === undefined) return;
      ledger?.note("account", { account: name });
    },
    // The resource's registration reports it.
    () => {},
  );
}

/** The SDK's client of the engine. */
type Monitor = {
  registerResource(
    request: RegisterResourceRequest,
    callback: (error: Error | null, response: RegisterResourceResponse) => void,
  ): unknown;
  registerStackTransform(...args: unknown[]): unknown;
  signalAndWaitForShutdown(...args: unknown[]): unknown;
};

/**
 * Records what the program registers, and its end. If a command leaves resources out, the engine does not call their providers, so only these
 * records show what the program declares. The SDK has no public hook for this, so its client's methods are replaced once.
 */
function recordPrograms({ prototype }: { readonly prototype: Monitor }): void {
  const { registerResource, registerStackTransform, signalAndWaitForShutdown } = prototype;
  prototype.registerResource = function (request, callback) {
    const ledger = runLedger();
    if (ledger !== undefined) recordRequest(request, ledger);
    return registerResource.call(this, request, (error, response) => {
      if (ledger !== undefined && error === null) recordRegistration(request, response, ledger);
      callback(error, response);
    });
  };
  prototype.registerStackTransform = function (...args) {
    runLedger()?.note("incomplete");
    return registerStackTransform.apply(this, args);
  };
  // Called once, by a program that has not failed. The engine deletes after it.
  prototype.signalAndWaitForShutdown = function (...args) {
    const ledger = runLedger();
    if (ledger !== undefined) noteProgram(ledger);
    ledger?.note("ended");
    if (ledger !== undefined && pulumi.runtime.isDryRun()) warnOfRefusedDeletions(ledger);
    return signalAndWaitForShutdown.apply(this, args);
  };
}

/** The external business IDs that the program declares: undefined for one that is not known. */
const declaredIds = perRun(() => new Set<string | undefined>());

/** Warns in a preview of integrations that an update would remove and `onDelete` refuses, because it would only fail after its other changes. */
function warnOfRefusedDeletions(ledger: RunLedger): void {
  const records = ledger.knownRecords();
  const declared = declaredIds() ?? new Set();
  if (limitsOf(records).onDelete !== "refuse" || declared.has(undefined)) return;
  const removed = records.heldIds().filter((id) => !declared.has(id));
  if (removed.length === 0) return;
  pulumi.log.warn(
    `an update would fail to delete ${removed.map((id) => `'${id}'`).join(", ")}, because ${called("onDelete", programHost().declaredIn)} is \`refuse\`. To keep ` +
      "an integration, declare it again. To delete it, first set `disconnect` and deploy.",
  );
}

/** A process that constructs components of another program has no stack. It does not know when that program ends. */
function noteProgram(ledger: RunLedger): void {
  if (pulumi.runtime.getStackResource() !== undefined) ledger.note("program");
}

/** Records what a registration shows before the engine responds. */
export function recordRequest(request: RegisterResourceRequest, ledger: RunLedger): void {
  noteProgram(ledger);
  // The engine applies transforms after this, and the children of a remote component are declared in another process.
  if (request.getRemote() || request.getTransformsList().length > 0) ledger.note("incomplete");
  if (!request.getType().startsWith("pulumi:providers:")) return;
  // The provider's process may not start if a command leaves its resources out.
  const bag = (request.getObject()?.toJavaScript() ?? {}) as Bag;
  const lookup = (key: ConfigurationKey) => {
    const value = plainValue(bag[key] ?? bag[fullKey(key)]);
    return ["onDelete", "deleteLimit"].includes(key) && typeof value === "string" ? value : undefined;
  };
  const limits = ifPossible(() =>
    pick(readConfiguration(lookup, programHost()), ["onDelete", "deleteLimit"]),
  );
  ledger.note("limits", limits);
}

/** Records the engine's response to a registration. */
export function recordRegistration(
  request: RegisterResourceRequest,
  response: RegisterResourceResponse,
  ledger: RunLedger,
): void {
  const isRegistered = response.getResult() === Result.SUCCESS && !response.getUnknown();
  // If a registration fails or its outputs are unknown, `apply` does not run, and resources that it declares are missing.
  if (!isRegistered) ledger.note("incomplete");
  if (![dynamicType, integrationType].includes(request.getType())) return;
  const urn = response.getUrn();
  const inState = isRegistered ? knownStrings(response.getObject()) : {};
  if (inState.uid !== undefined && isIdentity(inState)) ledger.record("registered", { ...inState, urn });
  const declared = declaredPlace(request);
  declaredIds()?.add(declared.externalBusinessId);
  if (!isIdentity(declared)) ledger.note("incomplete");
  else if (keyOf(declared) !== keyOf(inState)) ledger.record("declared", { ...declared, urn });
}

/** The place that a program declares. */
function declaredPlace(request: RegisterResourceRequest): Partial<Identity> {
  const given = knownStrings(request.getObject());
  // The plugin adds the provider's name to the inputs. `getProvider()` returns `URN::ID`.
  const providerName =
    given.providerName ?? explicitName(request.getProvider().split("::").slice(0, -1).join("::"));
  return pick({ ...given, providerName }, placeNames);
}

function isIdentity(identity: Partial<Identity>): identity is Identity {
  return identity.externalBusinessId !== undefined;
}

/** The known strings among a resource's properties that identify its integration. */
function knownStrings(properties: ReturnType<RegisterResourceRequest["getObject"]>): Partial<Identity> {
  const { [uidKey]: uid, ...bag } = (properties?.toJavaScript() ?? {}) as Bag;
  const known = identityNames.flatMap((name) => {
    const value = plainValue(name === "uid" ? uid : bag[name]);
    return typeof value === "string" && value !== unknownValue ? [[name, value]] : [];
  });
  return Object.fromEntries(known) as Partial<Identity>;
}

/** The value in an object that marks a secret or an output in the protocol. */
function plainValue(value: unknown): unknown {
  return typeof value === "object" && value !== null && "value" in value ? value.value : value;
}

function engineAddress(): string | undefined {
  // The SDK exposes the address only through gRPC's channel, which its types omit.
  const engine = pulumi.runtime.getEngine() as { getChannel?(): { getTarget(): string } } | undefined;
  // gRPC adds its name resolution scheme.
  return engine
    ?.getChannel?.()
    .getTarget()
    .replace(/^dns:\/*/, "");
}

// The import of this file has these side effects.

recordPrograms(ResourceMonitorClient as unknown as { readonly prototype: Monitor });

// A program can end with `process.exit()`, too. One listener serves all programs, because Node.js warns about more than ten.
process.once("exit", (code) => {
  if (code === 0) for (const ledger of openLedgers) ledger.note("ended");
});
