import { isOwnedByAnother } from "../api";
import type { IntegrationFieldName } from "../api/fields";
import type { Integration } from "../api/integration";
import { type Fields, type Inputs, readableFieldNames, secretFieldNames } from "./bags";
import { canonicalField } from "./canonical";
import { find } from "./find";
import { explainOwnedByAnother, inShort, messageOf } from "./messages";
import { type CreateObservation, observed } from "./observer";
import { managedBy } from "./outputs";
import type { Surroundings } from "./session";
import { decideTakeOver } from "./take-over";
import { unknownValue } from "./unknown";

type Findings = Omit<CreateObservation, "externalBusinessId" | "account" | "providerName">;

/**
 * What creating an integration would come to now, asked with one read. Never rejects.
 *
 * @param inputs as a check leaves them: values that are not known yet are the engine's text for that.
 */
export async function foresee(
  inputs: Inputs,
  surroundings: Pick<Surroundings, "client">,
): Promise<CreateObservation> {
  return { ...observed(inputs), ...(await findings(inputs, surroundings)) };
}

/** For a creation of which nobody could be asked. */
export function unforeseen(inputs: Inputs, error: unknown): CreateObservation {
  return { ...observed(inputs), ...failed(error) };
}

async function findings(inputs: Inputs, { client }: Pick<Surroundings, "client">): Promise<Findings> {
  const { externalBusinessId, account } = inputs;
  for (const [name, value] of Object.entries({ externalBusinessId, account })) {
    if (value === unknownValue) {
      return { verdict: "unknown", reason: `\`${name}\` is not known before the update` };
    }
  }
  try {
    const found = await find(client(account), externalBusinessId);
    return found === undefined ? { verdict: "created" } : ofTakeOver(inputs, found);
  } catch (error) {
    return isOwnedByAnother(error)
      ? {
          verdict: "foreign",
          reason: inShort(error),
          advice: explainOwnedByAnother(externalBusinessId, error),
        }
      : failed(error);
  }
}

function failed(error: unknown): Findings {
  return { verdict: "cannot-tell", reason: inShort(error), advice: messageOf(error) };
}

function ofTakeOver(inputs: Inputs, found: Integration): Findings {
  const { fields } = inputs;
  const unknown = managedBy(inputs).filter(
    (name) => fields[name] === unknownValue && readableFieldNames.includes(name),
  );
  const taking = decideTakeOver(
    inputs,
    found,
    readableFieldNames.filter((name) => !unknown.includes(name)),
  );
  const there = found.integrationId === undefined ? {} : { integrationId: found.integrationId };
  const isAdoptUnknown = (inputs.adopt as unknown) === unknownValue;
  if (taking.act === "refuse" && isAdoptUnknown) {
    return {
      ...there,
      verdict: "unknown",
      reason: "it is there and differs, and `adopt` is not known before the update",
    };
  }
  if (taking.act === "refuse") {
    const leftOut = taking.differing.filter((name) => !(name in fields));
    return {
      ...there,
      verdict: "refused",
      fields: taking.differing,
      live: liveValues(taking.differing, found),
      ...(leftOut.length > 0 ? { leftOut } : {}),
      reason: "it is there and differs from the program",
    };
  }
  if (unknown.length > 0 && taking.act === "take over") {
    return {
      ...there,
      verdict: "unknown",
      fields: unknown,
      reason: "it is there, and what it is compared with is not known before the update",
    };
  }
  const unseen = taking.toSend.filter((name) => secretFieldNames.includes(name));
  const differing = taking.toSend.filter((name) => !secretFieldNames.includes(name));
  return {
    ...there,
    verdict: taking.act === "overwrite" ? "overwritten" : "adopted",
    ...(differing.length > 0 ? { fields: differing, live: liveValues(differing, found) } : {}),
    ...(unseen.length > 0 ? { unseen } : {}),
  };
}

function liveValues(names: readonly IntegrationFieldName[], live: Integration): Fields {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = live[name];
      return value === undefined ? [] : [[name, canonicalField(name, value)]];
    }),
  );
}
