import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/**
 * An object that stands for one run of a program: several can follow each other in one process (Automation API).
 * Nothing under `pulumi.runtime.setMocks`, where one process constructs the same resources again and again.
 */
export function currentRun(): object | undefined {
  const monitor = pulumi.runtime.getMonitor();
  return monitor === undefined || monitor instanceof MockMonitor ? undefined : monitor;
}

/** Keeps one value a run. */
export class PerRun<T> {
  private readonly values = new WeakMap<object, T>();

  constructor(private readonly make: () => T) {}

  /** The current run's value; nothing outside a run. */
  get(): T | undefined {
    const run = currentRun();
    if (run === undefined) {
      return undefined;
    }
    if (!this.values.has(run)) {
      this.values.set(run, this.make());
    }
    return this.values.get(run);
  }
}
