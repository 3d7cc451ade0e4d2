import { Deployment } from "../fake-engine/deployment";
import { ProviderError } from "../fake-engine/provider";
import { nameOf, type State } from "../fake-engine/state";
import { ForeignProvider } from "./foreign-provider";
import type { CommandProcesses } from "./processes";
import { type Language, type Program, providerNameOf } from "./program";
import { ProgramRun } from "./program-run";
import {
  foreignValueIn,
  isChange,
  isManaged,
  type Outcome,
  type Stack,
  type StackCommand,
  unprotect,
} from "./stack";

/** A stack of the fake engine. */
export class FakeStack implements Stack {
  private saved: State = { resources: new Map(), pendingDeletes: [] };
  private deployment: Deployment | undefined;
  private processes: CommandProcesses | undefined;

  constructor(
    private readonly language: Language,
    private readonly start: (command: StackCommand) => CommandProcesses,
  ) {}

  get state(): State {
    return this.deployment?.state ?? this.saved;
  }

  set state(state: State) {
    this.saved = state;
  }

  get resourceInCall() {
    return this.processes?.resource;
  }

  async run(program: Program, command: StackCommand): Promise<Outcome> {
    const { chosen, replaceTargets, kill } = command;
    // After such a destroy has failed and continued, Pulumi's engine stores an invalid state.
    const destroysProgram = command.do === "destroy" && command.runProgram;
    if (destroysProgram) unprotect(this);
    const processes = this.start(command);
    const errors: Outcome["errors"][number][] = [];
    const deployment = new Deployment(
      this.saved,
      {
        command: command.do,
        preview: command.do === "preview",
        refresh: command.refresh,
        runProgram: destroysProgram,
        continueOnError: command.continueOnError && !destroysProgram,
        parallel: command.overlaps ? 2 : 1,
        deletesNewestFirst: !command.deleteOldestFirst,
        killsBeforeDeletes: kill === "before deletions",
        ...(chosen && { [`${chosen.by}s`]: [...chosen.urns] }),
        replaced: replaceTargets && chosen?.by === "target" ? [...chosen.urns] : [],
      },
      {
        configuration: new Map(),
        connect: async (packageName, urn, run) => {
          if (packageName === "foreign") return new ForeignProvider();
          const type = packageName === "pinterest" ? "plugin" : "dynamic";
          return processes.connect({ type, provider: providerNameOf(urn) }, run);
        },
        report: (urn, error) => errors.push({ name: nameOf(urn), error: originalOf(error) }),
      },
    );
    const run = new ProgramRun(deployment, program, {
      survives: command.continueOnError && command.survives,
      foreignValue: foreignValueIn(this.saved),
      ledger: this.language === "typescript" && !deployment.isPreview ? processes.ledger : undefined,
    });
    this.deployment = deployment;
    this.processes = processes;
    let hasRunProgram = false;
    const { isKilled } = await deployment.execute(() => {
      hasRunProgram = true;
      return run.run();
    });
    this.deployment = undefined;
    this.processes = undefined;
    if (!deployment.isPreview) this.saved = deployment.state;
    await processes.end();
    return {
      ...{ errors, isKilled, hasRunProgram, declared: run.declared, messages: processes.messages },
      steps: deployment.events.steps
        .filter(isChange)
        .map(({ urn, ...step }) => ({ ...step, name: nameOf(urn) })),
      abandoned: deployment.events.abandoned.filter(isManaged).map(({ id }) => id),
    };
  }
}

/** The error of the life cycle, for the checks of all of its parts. */
function originalOf(error: Error): Error {
  return error instanceof ProviderError ? (error.cause as Error) : error;
}
