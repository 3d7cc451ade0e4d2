import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/** Keeps one value for each run of a program. A process can have several runs, one after the other (Automation API). */
export class PerRun<T> {
  private readonly values = new WeakMap<object, T>();

  constructor(private readonly create: () => T) {}

  /**
   * The value of the current run. Undefined outside of runs, and under `pulumi.runtime.setMocks`, where one process constructs the same
   * resources again and again.
   */
  get(): T | undefined {
    const monitor = pulumi.runtime.getMonitor();
    if (monitor === undefined || monitor instanceof MockMonitor) return undefined;
    if (!this.values.has(monitor)) this.values.set(monitor, this.create());
    return this.values.get(monitor);
  }
}

/** The value of an output, or undefined while it is unknown. `apply` does not run for an unknown output. */
export async function valueIfKnown<T>(output: pulumi.Output<T>): Promise<{ value: T } | undefined> {
  // The SDK's types omit `promise` and `isKnown` (its output.ts).
  const internal = output as unknown as { promise(): Promise<T>; isKnown: Promise<boolean> };
  return (await internal.isKnown) ? { value: await internal.promise() } : undefined;
}
