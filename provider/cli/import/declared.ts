import type { WhenRemoved } from "../../lifecycle/bags";
import { containsUnknown } from "../../lifecycle/unknown";
import { fieldNames, type IntegrationFieldName } from "../../pinterest/fields";
import { engineMessage } from "../../stacks/engine-message";
import { isIntegrationType } from "../../stacks/integration-types";
import { isSecret } from "../../stacks/secret-value";
import type { OpenStack } from "../../stacks/stack";
import { isDefaultProvider, providerUrnOf } from "../../stacks/urn";
import { CommandError } from "../command-error";
import { endOf } from "./engine-file";

/** What a program declares that a stack lacks. */
export interface Declared {
  readonly externalBusinessId: string;
  readonly account?: string;
  readonly providerName?: string;
  /** The URN of the explicit provider. */
  readonly providerUrn?: string;
  readonly adopt?: boolean;
  readonly whenRemoved?: WhenRemoved;
  /** The fields to which it gives a value. */
  readonly managed: readonly IntegrationFieldName[];
  /** The fields whose values it has as secrets. */
  readonly secrets: readonly IntegrationFieldName[];
}

/** A declaration, or why it is not known, as the end of a sentence that begins with the resource. */
export type Declaration =
  | { readonly declared: Declared; readonly problem?: undefined }
  | { readonly declared?: undefined; readonly problem: string };

/**
 * Runs a preview, and takes from it what the program declares and the stack lacks.
 *
 * @returns by the end of the URN, from the types on.
 * @throws CommandError when the preview fails.
 */
export async function declaredBy(stack: OpenStack): Promise<Map<string, Declaration>> {
  const declarations = new Map<string, Declaration>();
  try {
    await stack.preview({
      refresh: false,
      onEvent: ({ resourcePreEvent }) => {
        const step = resourcePreEvent?.metadata;
        if (step?.op === "create" && isIntegrationType(step.type)) {
          declarations.set(endOf(step.urn), declarationOf(step.new?.inputs ?? {}, step.new?.provider));
        }
      },
    });
  } catch (error) {
    throw new CommandError(`the program's preview failed, so nothing was written\n${engineMessage(error)}`);
  }
  return declarations;
}

/** @param provider the engine's reference to the provider, its URN and an id. */
function declarationOf(inputs: Readonly<Record<string, unknown>>, provider = ""): Declaration {
  for (const name of ["externalBusinessId", "account", "adopt", "whenRemoved"]) {
    if (containsUnknown(inputs[name])) {
      return { problem: `has a \`${name}\` that only an update gives, so it cannot be looked up before` };
    }
    if (isSecret(inputs[name])) {
      return { problem: `has a secret as \`${name}\`, which a preview does not tell; give it in clear` };
    }
  }
  const { externalBusinessId, account, providerName, adopt, whenRemoved } = inputs;
  const managed = fieldNames.filter((name) => inputs[name] !== undefined);
  return {
    declared: {
      externalBusinessId: String(externalBusinessId),
      ...(typeof account === "string" ? { account } : {}),
      ...(typeof providerName === "string" ? { providerName } : {}),
      ...(provider === "" || isDefaultProvider(provider) ? {} : { providerUrn: providerUrnOf(provider) }),
      ...(typeof adopt === "boolean" ? { adopt } : {}),
      ...(whenRemoved === "clear" || whenRemoved === "release" ? { whenRemoved } : {}),
      managed,
      secrets: managed.filter((name) => isSecret(inputs[name])),
    },
  };
}
