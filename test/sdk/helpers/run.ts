import * as pulumi from "@pulumi/pulumi";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/** The registration of a resource. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** The encoded properties: a secret is {@link secretOf} its value. */
  readonly properties: Record<string, unknown>;
  readonly provider: string;
  readonly deleteBeforeReplace: boolean;
  readonly additionalSecretOutputs: readonly string[];
  /** The types of its aliases. */
  readonly aliases: readonly string[];
  /** The ID, if the resource is only read. */
  readonly readId: string | undefined;
  /** The URI of the file that constructs the resource. */
  readonly source: string | undefined;
}

export interface Run {
  /** The registrations so far, in order. */
  readonly registrations: Registration[];
  /** Wait for the registration of a resource. */
  registration(resource: pulumi.Resource): Promise<Registration>;
}

export interface RunOptions {
  preview?: boolean;
  /** The stack's configuration, by full key. */
  config?: Record<string, string>;
  /** Outputs that the engine returns in addition to the inputs. */
  outputs?: Record<string, unknown>;
  /** Returns the result of a function. */
  call?: (token: string, inputs: Record<string, unknown>) => Record<string, unknown>;
}

/** Start a run of a program under Pulumi's mocks. */
export async function startRun({
  preview = false,
  config = {},
  outputs = {},
  call = (_token, inputs) => inputs,
}: RunOptions = {}): Promise<Run> {
  const registrations: Registration[] = [];
  pulumi.runtime.setAllConfig(config);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({
        id: preview ? undefined : `${name}-id`,
        state: { ...inputs, ...outputs },
      }),
      call: ({ token, inputs }) => call(token, inputs),
    },
    "project",
    "stack",
    preview,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const { registerResource, readResource } = MockMonitor.prototype;
  monitor.registerResource = function (this: MockMonitor, request, callback) {
    registrations.push({
      type: request.getType(),
      name: request.getName(),
      properties: request.getObject().toJavaScript(),
      provider: request.getProvider(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      aliases: (request.getAliasesList() as Alias[]).map((alias) => alias.getSpec()?.getType() ?? ""),
      readId: undefined,
      source: request.getSourceposition()?.getUri(),
    });
    return registerResource.call(this, request, callback);
  };
  monitor.readResource = function (this: MockMonitor, request, callback) {
    registrations.push({
      type: request.getType(),
      name: request.getName(),
      properties: request.getProperties().toJavaScript(),
      provider: request.getProvider(),
      deleteBeforeReplace: false,
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      aliases: [],
      readId: request.getId(),
      source: request.getSourceposition()?.getUri(),
    });
    return readResource.call(this, request, callback);
  };
  return {
    registrations,
    async registration(resource) {
      const urn = (await settled(resource.urn)).value;
      const found = registrations.find(({ name }) => urn.endsWith(`::${name}`));
      if (found === undefined) {
        throw new Error(`${urn} was not registered`);
      }
      return found;
    },
  };
}

/** The encoding of a secret. */
export function secretOf(value: unknown): unknown {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

export interface Settled<T> {
  value: T;
  isKnown: boolean;
  isSecret: boolean;
}

/** Wait for an output. */
export async function settled<T>(output: pulumi.Output<T>): Promise<Settled<T>> {
  // The SDK's types omit these (its output.ts).
  const inner = output as unknown as {
    promise(): Promise<T>;
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
  };
  const value = await inner.promise();
  return { value, isKnown: await inner.isKnown, isSecret: await inner.isSecret };
}
