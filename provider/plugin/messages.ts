import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  PropertyDiff,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Difference } from "./resource";
import type { Struct } from "./sdk-libraries";

const kinds = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** What this plugin understands of what the engine may send. */
export function handshakeResponse(): ProviderHandshakeResponse {
  const response = new ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(false);
  response.setAcceptOutputs(false);
  return response;
}

/** The engine prints the value of a property that a failure names, secret or not: the reason names it instead. */
export function checkResponse({
  inputs,
  problems,
}: {
  inputs: Struct;
  problems: readonly string[];
}): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(inputs);
  response.setFailuresList(problems.map(failure));
  return response;
}

/** A problem, without the property that it is with. */
export function failure(reason: string): CheckFailure {
  const message = new CheckFailure();
  message.setReason(reason.toWellFormed());
  return message;
}

/** Says what changes, property by property, in the inputs. */
export function diffResponse({ changes, replaces, stables }: Difference): DiffResponse {
  const response = new DiffResponse();
  const isSome = changes.size > 0 || replaces.length > 0;
  response.setChanges(isSome ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setDiffsList([...changes.keys()]);
  response.setReplacesList([...replaces]);
  // Pinterest has one integration for each ID. This includes a replacement by `replaceOnChanges`, an option that the provider does not see.
  response.setDeletebeforereplace(true);
  response.setStablesList([...stables]);
  response.setHasdetaileddiff(true);
  for (const [name, change] of changes) {
    const [kind, replacing] = kinds[change];
    const difference = new PropertyDiff();
    difference.setKind(replaces.includes(name) ? replacing : kind);
    difference.setInputdiff(true);
    response.getDetaileddiffMap().set(name, difference);
  }
  return response;
}
