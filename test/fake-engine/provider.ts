// A provider as the engine calls it: `plugin.Provider` in sdk/go/common/resource/plugin/provider.go, with the methods that these tests use.
import type { Resource } from "./state";
import type { Bag, PropertyDifference } from "./values";

/**
 * A provider process, as the engine calls it. Properties have the marks of secrets only if the provider accepts them.
 *
 * @throws ProviderError in each method, and errors of its own
 */
export interface Provider {
  readonly acceptSecrets: boolean;
  readonly supportsPreview: boolean;
  checkConfiguration(urn: string, olds: Bag, news: Bag): Promise<Checked>;
  configure(urn: string, args: Bag): Promise<void>;
  check(urn: string, olds: Bag, news: Bag): Promise<Checked>;
  diff(old: Resource, news: Bag, ignoreChanges: readonly string[]): Promise<Diff>;
  create(urn: string, inputs: Bag, options: WriteOptions): Promise<Written>;
  /** @param urn the new URN, if the resource was renamed */
  update(urn: string, old: Resource, inputs: Bag, options: UpdateOptions): Promise<Omit<Written, "id">>;
  /** Returns undefined if the resource is missing. */
  read(resource: ReadResource): Promise<(Written & { readonly inputs?: Bag }) | undefined>;
  delete(resource: Resource): Promise<void>;
  invoke(token: string, args: Bag, options: { isPreview: boolean }): Promise<Bag>;
  stop(): Promise<void>;
}

export interface Checked {
  readonly inputs: Bag;
  readonly problems: readonly { readonly property: string; readonly reason: string }[];
}

export interface Diff {
  readonly replaces: readonly string[];
  /** Unknown: the engine compares the inputs. */
  readonly changes: "none" | "some" | "unknown";
  readonly changed: readonly string[];
  readonly detailedDiff: Readonly<Record<string, PropertyDifference>>;
  readonly deleteBeforeReplace: boolean;
}

export interface WriteOptions {
  readonly isPreview: boolean;
  /** In seconds. */
  readonly timeout: number;
}

export interface UpdateOptions extends WriteOptions {
  readonly ignoreChanges: readonly string[];
}

export interface Written {
  readonly id: string;
  readonly outputs: Bag;
  readonly refreshBeforeUpdate: boolean;
}

export type ReadResource = Pick<Resource, "urn" | "id" | "inputs" | "outputs">;

/** A resource that was created or updated, and then failed (pulumirpc.ErrorResourceInitFailed). */
export interface PartialFailure extends Written {
  readonly reasons: readonly string[];
}

/** The error that a provider process returned for a call. */
export class ProviderError extends Error {
  /** What was created or updated before the failure. */
  readonly partial: PartialFailure | undefined;
  /** Whether the operation continues with other resources (pulumirpc.ErrorResourceAwaitFailed). */
  readonly isAwaiting: boolean;

  constructor(
    message: string,
    {
      partial,
      isAwaiting = false,
      cause,
    }: { partial?: PartialFailure | undefined; isAwaiting?: boolean; cause?: unknown },
  ) {
    super(message, { cause });
    this.partial = partial;
    this.isAwaiting = isAwaiting;
  }
}
