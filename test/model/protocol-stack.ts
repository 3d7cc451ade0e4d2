import type { Bag } from "../../provider/lifecycle/outputs";
import type { Lab } from "../protocol/helpers/lab";
import { withoutSecrets } from "../protocol/helpers/values";
import { plannedStep, reported } from "./engine-stack";
import type { Stack } from "./stack";

/** The stack of a lab with the in-process engine. */
export function protocolStack(lab: Lab): Stack {
  return {
    program: (declarations) => lab.program(declarations),
    run: async (command, { refresh }) => {
      const run = await lab.run(command, "--continue-on-error", ...(refresh ? ["--refresh"] : []));
      const errors = run.diagnostics
        .filter(({ severity, urn }) => severity === "error" && urn.includes(":CommerceIntegration::"))
        .map(({ urn, message }) => ({ name: urn.split("::").at(-1) ?? urn, error: reported(message) }));
      return { ...run, errors };
    },
    state: async () => {
      const resources = Object.entries(lab.state());
      return new Map(
        resources.map(([name, { id, inputs, outputs, initErrors = [], pendingReplacement = false }]) => [
          name,
          { id, inputs: inPlaintext(inputs), outputs: inPlaintext(outputs), initErrors, pendingReplacement },
        ]),
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
