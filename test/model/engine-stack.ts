import type { Bag } from "../../provider/base/bag";
import type { Lab } from "../engine/helpers/lab";
import { nameOf, type Resource, type State } from "../fake-engine/state";
import { argumentsOf, type Program } from "./program";
import { isChange, type Outcome, type Stack, type StackCommand } from "./stack";

/** Marks a secret in an export with `--show-secrets`. */
const secretSignature = "4dabf18193072939515e22adb298388d";

/** The stack of a lab with Pulumi's engine. Programs have only integrations, without options of resources. */
export class EngineStack implements Stack {
  state: State = { resources: new Map(), pendingDeletes: [] };
  readonly resourceInCall = undefined;

  constructor(private readonly lab: Lab) {}

  async run({ declarations }: Program, command: StackCommand): Promise<Outcome> {
    const { lab } = this;
    const refresh = command.refresh ? ["--refresh"] : [];
    lab.program(Object.fromEntries(declarations.map((each) => [each.name, { args: argumentsOf(each) }])));
    const outcome = { isKilled: false, hasRunProgram: true, declared: declarations, abandoned: [] };
    if (command.do === "preview") {
      const steps = await lab.steps(...refresh);
      return { ...outcome, errors: [], steps: steps.filter(isChange), messages: [] };
    }
    const continueOnError = command.continueOnError ? ["--continue-on-error"] : [];
    const options = ["--skip-preview", "--json", ...refresh, ...continueOnError];
    const { exitCode, stdout, output } = await lab.run(command.do, ...options);
    const events = diagnosticsIn(stdout);
    const errors = events
      .filter(({ severity, urn }) => severity === "error" && urn?.includes(":CommerceIntegration::"))
      .map(({ urn = "", message }) => ({ name: nameOf(urn), error: reported(message) }));
    if (exitCode !== 0 && errors.length === 0) throw new Error(`${command.do} failed:\n${output}`);
    this.state = stateIn(await lab.exported("--show-secrets"));
    return {
      ...outcome,
      errors,
      steps: [],
      messages: events
        .filter(({ severity }) => !["error", "debug"].includes(severity))
        .map(({ message }) => message),
    };
  }
}

function stateIn(exported: string): State {
  const { deployment } = JSON.parse(exported) as { deployment: { resources?: Resource[] } };
  const resources = (deployment.resources ?? []).map((each) => ({
    ...each,
    inputs: inPlaintext(each.inputs),
    outputs: inPlaintext(each.outputs),
  }));
  return {
    resources: new Map(resources.filter((each) => each.delete !== true).map((each) => [each.urn, each])),
    pendingDeletes: resources.filter((each) => each.delete === true),
  };
}

function inPlaintext(bag: Bag = {}): Bag {
  const { __provider: _, ...properties } = bag;
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const isSecret = typeof value === "object" && value !== null && secretSignature in value;
      return [name, isSecret ? JSON.parse((value as unknown as { plaintext: string }).plaintext) : value];
    }),
  );
}

interface Diagnostic {
  readonly urn?: string;
  readonly severity: string;
  readonly message: string;
}

function diagnosticsIn(stdout: string): Diagnostic[] {
  return stdout
    .split("\n")
    .filter((line) => line.includes('"diagnosticEvent"'))
    .map((line) => (JSON.parse(line) as { diagnosticEvent: Diagnostic }).diagnosticEvent);
}

/** An error with an engine's message, without a stack trace of this process. */
function reported(message: string): Error {
  return Object.assign(new Error(message), { stack: "" });
}
