// Runs steps, and stops the deployment after a failure: `stepExecutor` in step_executor.go. Steps of the program run as soon as they are planned, without
// a limit on their number.
import { FailedResource, isAwaiting, Killed, Protected, Terminated, Unsupported } from "./events";
import type { Options } from "./options";
import type { Host } from "./provider-registry";
import type { Resource } from "./state";

/** Whether a failure stops the deployment. */
interface OnFailure {
  readonly terminates: boolean;
}

export class StepExecutor {
  failed = false;
  isTerminated = false;
  unsupported: Unsupported | undefined;
  private readonly running = new Set<Promise<unknown>>();
  private readonly termination = Promise.withResolvers<void>();

  constructor(
    private readonly options: Options,
    private readonly onFailure: Host["report"],
  ) {}

  /** Resolves when the deployment stops early, after a failure. */
  get terminated(): Promise<void> {
    return this.termination.promise;
  }

  /** Runs a step of the program. @throws Terminated or FailedResource */
  async execute<T>(
    urn: string,
    step: () => Promise<T>,
    { terminates }: OnFailure = { terminates: !this.options.continueOnError },
  ): Promise<T> {
    if (this.isTerminated) throw new Terminated();
    try {
      return await this.track(step());
    } catch (error) {
      if (error instanceof Terminated || error instanceof FailedResource) throw error;
      this.report(urn, error as Error, { terminates });
      throw terminates && !isAwaiting(error) ? new Terminated() : new FailedResource();
    }
  }

  /** Runs a step for each of these resources in state. A failed step does not stop those of other resources that have started. */
  async executeParallel(
    resources: readonly Resource[],
    step: (resource: Resource) => Promise<void>,
  ): Promise<void> {
    const remaining = [...resources];
    const work = async (): Promise<void> => {
      for (let next = remaining.shift(); next !== undefined; next = remaining.shift()) {
        const resource = next;
        await this.attempt(resource.urn, () => step(resource));
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.options.parallel, remaining.length) }, work));
  }

  private async attempt(urn: string, step: () => Promise<void>): Promise<void> {
    if (this.isTerminated) return;
    try {
      await this.track(step());
    } catch (error) {
      if (error instanceof Terminated) throw error;
      const terminates = !this.options.continueOnError && !(error instanceof Protected);
      this.report(urn, error as Error, { terminates });
    }
  }

  report(urn: string, error: Error, { terminates }: OnFailure): void {
    if (error instanceof Unsupported) this.unsupported ??= error;
    this.onFailure(urn, error);
    if (isAwaiting(error)) return;
    this.failed = true;
    if (!terminates) return;
    this.isTerminated = true;
    this.termination.resolve();
  }

  private async track<T>(step: Promise<T>): Promise<T> {
    this.running.add(step);
    try {
      return await step;
    } catch (error) {
      if (error instanceof Killed) this.isTerminated = true;
      throw error;
    } finally {
      this.running.delete(step);
    }
  }

  /** Resolves when no step runs and the program has sent no request for some turns of the event loop. */
  async idle(): Promise<void> {
    for (let idleTurns = 0; idleTurns < 10; idleTurns = this.running.size === 0 ? idleTurns + 1 : 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Resolves when all steps have ended, successfully or not. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.running);
  }
}
