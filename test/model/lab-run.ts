import type { Bag } from "../../provider/lifecycle";
import type { Lab, Run } from "../engine/helpers/lab";
import type { Outcome, Resource, Step } from "./engine";

// The mark of a secret in an export with --show-secrets.
const secretSignature = "4dabf18193072939515e22adb298388d";

/** State as the real engine keeps it, with its secrets in the clear. */
export async function stateOf(lab: Lab): Promise<Map<string, Resource>> {
  const { deployment } = JSON.parse(await lab.exported("--show-secrets")) as {
    deployment: { resources?: Exported[] };
  };
  const integrations = (deployment.resources ?? []).filter(({ type }) =>
    type.endsWith(":CommerceIntegration"),
  );
  return new Map(
    integrations.map(({ urn, id = "", inputs, outputs, initErrors = [], pendingReplacement = false }) => [
      nameIn(urn),
      { id, inputs: inTheClear(inputs), outputs: inTheClear(outputs), initErrors, pendingReplacement },
    ]),
  );
}

interface Exported {
  urn: string;
  type: string;
  id?: string;
  inputs?: Bag;
  outputs?: Bag;
  initErrors?: string[];
  pendingReplacement?: boolean;
}

function inTheClear(bag: Bag = {}): Bag {
  const { __provider: _, ...properties } = bag;
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const isSecret = typeof value === "object" && value !== null && secretSignature in value;
      return [name, isSecret ? JSON.parse((value as unknown as { plaintext: string }).plaintext) : value];
    }),
  );
}

/** What went wrong in a command that was run with --json, by resource. */
export function errorsIn({ stdout }: Run): Outcome["errors"] {
  return stdout
    .split("\n")
    .filter((line) => line.includes('"diagnosticEvent"'))
    .map((line) => (JSON.parse(line) as { diagnosticEvent: Diagnostic }).diagnosticEvent)
    .filter(({ severity, urn }) => severity === "error" && urn?.includes(":CommerceIntegration::"))
    .map(({ urn = "", message }) => ({ name: nameIn(urn), error: withoutStack(message) }));
}

interface Diagnostic {
  urn?: string;
  severity: string;
  message: string;
}

// The stack is this process's own; what counts is what the engine has shown.
function withoutStack(message: string): Error {
  return Object.assign(new Error(message), { stack: "" });
}

/** What a preview means to do, the same to a resource excepted. */
export async function previewOf(lab: Lab, ...args: string[]): Promise<Step[]> {
  const steps = await lab.steps(...args);
  return steps
    .filter(({ op }) => op !== "refresh" && op !== "same")
    .map(({ op, name, detailedDiff }) => ({
      op: op as Step["op"],
      name,
      properties: op === "update" ? Object.keys(detailedDiff ?? {}).sort() : [],
    }));
}

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
