import { fieldNames } from "../api/fields";
import type { Bag } from "./bags";
import { problemWithName } from "./names";
import { containsUnknown, unknownValue } from "./unknown";
import {
  InvalidValue,
  validateAccount,
  validateChoice,
  validateExternalBusinessId,
  validateField,
  validateFlag,
} from "./validate";

export interface CheckResult {
  /** The canonical inputs: what the engine compares from one update to the next. */
  inputs: Bag;
  /** One sentence a problem, naming the property. Values are never shown, since any of them may be a secret. */
  problems: string[];
}

type Validator = (value: unknown) => unknown;

const validators: ReadonlyMap<string, Validator> = new Map<string, Validator>([
  ["externalBusinessId", validateExternalBusinessId],
  ...fieldNames.map((name): [string, Validator] => [name, (value) => validateField(name, value)]),
  ["account", validateAccount],
  ["providerName", validateAccount],
  ["adopt", validateFlag],
  ["whenRemoved", (value) => validateChoice(value, ["clear", "release"])],
]);

/**
 * Validates a program's arguments and brings them into canonical form. Does no I/O: the engine checks one resource
 * after the other. A value that is not known yet passes, whole, as unknown.
 */
export function check(news: Bag): CheckResult {
  const inputs: Bag = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(news)) {
    if (value === null || value === undefined) {
      continue;
    }
    const validate = validators.get(name);
    if (validate === undefined) {
      const problem = problemWithName(name);
      problem === undefined || problems.push(problem);
    } else if (containsUnknown(value)) {
      inputs[name] = unknownValue;
    } else {
      try {
        inputs[name] = validate(value);
      } catch (error) {
        if (!(error instanceof InvalidValue)) {
          throw error;
        }
        problems.push(`\`${name}\` ${error.message}`);
      }
    }
  }
  if (news.externalBusinessId === undefined || news.externalBusinessId === null) {
    problems.push(
      "`externalBusinessId` is missing; give the id by which the integration is known at Pinterest",
    );
  }
  return { inputs, problems };
}
