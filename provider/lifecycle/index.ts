import type { Adoption } from "./adopted";
import {
  type Bag,
  bagFromInputs,
  bagFromOutputs,
  inputsFromBag,
  lookupKey,
  managedKey,
  outputsFromBag,
} from "./bags";
import { check } from "./check";
import { create } from "./create";
import { diff } from "./diff";
import { foresee, unforeseen } from "./foresee";
import { type ImportPlace, importExisting } from "./import";
import type { CreateObservation } from "./observer";
import { managedBy, newUid } from "./outputs";
import type { RunLedger } from "./ownership";
import { PartialFailure } from "./partial-failure";
import { previewCreation, previewUpdate } from "./preview";
import { Process } from "./process";
import { read, resultOf } from "./read";
import { remove } from "./remove";
import type { Surroundings } from "./session";
import { update } from "./update";

export { type Adoption, adopted, type IdentifiedIntegration } from "./adopted";
export type { Bag } from "./bags";
export { lookupKey, managedKey, secretsAmong } from "./bags";
export type { ImportPlace } from "./import";
export { KeptResources, RunLedger } from "./ownership";
export { PartialFailure } from "./partial-failure";
export type { Surroundings } from "./session";

/**
 * The life of commerce integrations, in bags of properties as the engine passes them. One instance serves one process
 * of the engine, and all its resources.
 */
export class CommerceIntegrationLifecycle {
  private readonly process: Process;

  /** @param ledger the records of the engine run. @default records of this process alone */
  constructor(surroundings: Surroundings, ledger?: RunLedger) {
    this.process = new Process(surroundings, ledger);
  }

  static readonly check = check;
  static readonly diff = diff;
  static readonly previewCreation = previewCreation;
  static readonly previewUpdate = previewUpdate;

  async create(inputs: Bag): Promise<{ id: string; outputs: Bag }> {
    const given = inputsFromBag(inputs);
    this.process.listings.writing(given.externalBusinessId);
    const outputs = await create(given, this.process);
    return { id: outputs.externalBusinessId, outputs: bagFromOutputs(outputs) };
  }

  /** What {@link create} would come to, asked with one read. Never rejects; inputs may hold unknown values. */
  foresee(inputs: Bag): Promise<CreateObservation> {
    return foresee(inputsFromBag(inputs), this.process.surroundings);
  }

  /** The same where there is nobody to ask. */
  static unforeseen(inputs: Bag, error: unknown): CreateObservation {
    return unforeseen(inputsFromBag(inputs), error);
  }

  /**
   * Returns nothing when the integration is gone.
   *
   * @throws PinterestApiError when `previous` are the inputs of a lookup and there is no such integration
   */
  async read(id: string, previous: Bag): Promise<{ outputs: Bag; inputs: Bag } | undefined> {
    const known = outputsFromBag({ ...previous, externalBusinessId: id });
    const isLookup = lookupKey in previous;
    // A file of `pulumi import` can lack the record and the UID: the resource manages the fields that the file contains.
    const isImported = !isLookup && !(managedKey in previous);
    const state = isImported ? { ...known, managed: managedBy(known), uid: newUid() } : known;
    const result = await read(state, this.process, {
      isLookup,
      isUnseen: managedKey in previous && known.integrationId === undefined,
    });
    return result && { outputs: bagFromOutputs(result.outputs), inputs: bagFromInputs(result.inputs) };
  }

  /** The result of a read that is skipped. */
  static lastKnown(id: string, previous: Bag): { outputs: Bag; inputs: Bag } {
    const { outputs, inputs } = resultOf(outputsFromBag({ ...previous, externalBusinessId: id }));
    return { outputs: bagFromOutputs(outputs), inputs: bagFromInputs(inputs) };
  }

  /** State for an integration that no state knows yet, as it is; nothing where there is none. */
  import(place: ImportPlace): Promise<Adoption | undefined> {
    return importExisting(place, this.process.surroundings);
  }

  async update(id: string, previous: Bag, inputs: Bag): Promise<Bag> {
    this.process.listings.writing(id);
    const known = outputsFromBag({ ...previous, externalBusinessId: id });
    return bagFromOutputs(await update(known, inputsFromBag(inputs), this.process.surroundings));
  }

  async delete(id: string, previous: Bag): Promise<void> {
    this.process.listings.writing(id);
    await remove(outputsFromBag({ ...previous, externalBusinessId: id }), this.process);
  }

  /** What the engine is to keep of a write that failed halfway, or nothing when nothing was done. */
  static partialState(error: unknown): { id: string; outputs: Bag } | undefined {
    return error instanceof PartialFailure
      ? { id: error.outputs.externalBusinessId, outputs: bagFromOutputs(error.outputs) }
      : undefined;
  }
}
