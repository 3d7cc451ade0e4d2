import type { Bag } from "../../provider/base/bag";
import type { Lab } from "../engine/helpers/lab";
import { type Outcome, plannedStep, replacedKey, type State } from "./engine";
import type { Stack } from "./stack";

/** Marks a secret in an export with `--show-secrets`. */
const secretSignature = "4dabf18193072939515e22adb298388d";

/** The stack of a lab with the real engine. */
export function engineStack(lab: Lab): Stack {
  return {
    program: (declarations) => lab.program(declarations),
    run: async (command, { refresh }) => {
      const options = [
        ...(command === "up" ? ["--continue-on-error"] : []),
        ...(refresh ? ["--refresh"] : []),
      ];
      const ended = await lab.run(command, "--skip-preview", "--json", ...options);
      return { ...ended, errors: errorsIn(ended.stdout) };
    },
    state: async () => stateIn(await lab.exported("--show-secrets")),
    preview: async ({ refresh }) => {
      const steps = await lab.steps(...(refresh ? ["--refresh"] : []));
      return steps.filter(({ op }) => op !== "refresh" && op !== "same").map(plannedStep);
    },
  };
}

function stateIn(exported: string): State {
  const { deployment } = JSON.parse(exported) as { deployment: { resources?: Exported[] } };
  const integrations = (deployment.resources ?? []).filter(({ type }) =>
    type.endsWith(":CommerceIntegration"),
  );
  return new Map(
    integrations.map(({ urn, id = "", inputs, outputs, initErrors = [], delete: isReplaced = false }) => {
      const resource = { id, inputs: inPlaintext(inputs), outputs: inPlaintext(outputs), initErrors };
      return [isReplaced ? replacedKey(nameIn(urn), resource) : nameIn(urn), resource];
    }),
  );
}

interface Exported {
  urn: string;
  type: string;
  id?: string;
  inputs?: Bag;
  outputs?: Bag;
  initErrors?: string[];
  delete?: boolean;
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

/** The errors of a command with `--json`, by resource. */
function errorsIn(stdout: string): Outcome["errors"] {
  return stdout
    .split("\n")
    .filter((line) => line.includes('"diagnosticEvent"'))
    .map((line) => (JSON.parse(line) as { diagnosticEvent: Diagnostic }).diagnosticEvent)
    .filter(({ severity, urn }) => severity === "error" && urn?.includes(":CommerceIntegration::"))
    .map(({ urn = "", message }) => ({ name: nameIn(urn), error: reported(message) }));
}

interface Diagnostic {
  urn?: string;
  severity: string;
  message: string;
}

/** An error with an engine's message, without a stack trace of this process. */
export function reported(message: string): Error {
  return Object.assign(new Error(message), { stack: "" });
}

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
