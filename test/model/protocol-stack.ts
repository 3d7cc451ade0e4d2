import type { Bag } from "../../provider/base/bag";
import type { Lab } from "../fake-engine/lab";
import { nameOf } from "../fake-engine/state";
import { withoutSecrets } from "../fake-engine/values";
import { plannedStep, replacedKey } from "./engine";
import { reported } from "./engine-stack";
import type { Stack } from "./stack";

/** The stack of a lab with the in-process engine. */
export function protocolStack(lab: Lab): Stack {
  return {
    program: (declarations) => lab.program(declarations),
    run: async (command, { refresh }) => {
      const options = [
        ...(command === "up" ? ["--continue-on-error"] : []),
        ...(refresh ? ["--refresh"] : []),
      ];
      const run = await lab.run(command, ...options);
      const errors = run.diagnostics
        .filter(({ severity, urn }) => severity === "error" && urn.includes(":CommerceIntegration::"))
        .map(({ urn, message }) => ({ name: urn.split("::").at(-1) ?? urn, error: reported(message) }));
      return { ...run, errors };
    },
    state: async () => {
      const replaced = lab
        .pendingDeletes()
        .map((each) => [replacedKey(nameOf(each.urn), each), each] as const);
      return new Map(
        [...Object.entries(lab.state()), ...replaced].map(
          ([key, { id, inputs, outputs, initErrors = [] }]) => [
            key,
            { id, inputs: inPlaintext(inputs), outputs: inPlaintext(outputs), initErrors },
          ],
        ),
      );
    },
    preview: async ({ refresh }) => {
      const steps = await lab.steps(...(refresh ? ["--refresh"] : []));
      return steps.filter(({ op }) => op !== "refresh" && op !== "same").map(plannedStep);
    },
  };
}

function inPlaintext({ __provider: _, ...properties }: Record<string, unknown>): Bag {
  return withoutSecrets(properties) as Bag;
}
