import { type CreateObservation, observed } from "../lifecycle/observer";
import type { Dependencies } from "../lifecycle/session";
import { writeObservation } from "./observation/file";
import { observationRequest } from "./observation/request";

/** Writes down what reads find, where a command has asked for that. */
export function observer(request = observationRequest()): Pick<Dependencies, "observer"> {
  if (request?.reads !== true) {
    return {};
  }
  const { file } = request;
  return { observer: { read: (observation) => writeObservation(file, { kind: "read", ...observation }) } };
}

/** Writes down what creations would come to; nothing where no command has asked for that. */
export function createObserver(
  request = observationRequest(),
): ((observation: CreateObservation) => void) | undefined {
  if (request?.creates !== true) {
    return undefined;
  }
  const { file } = request;
  return (observation) => writeObservation(file, { kind: "create", ...observation });
}

/** Record a declared resource if a command requests creates. */
export function observeDeclaration(name: string, request = observationRequest()): void {
  if (request?.creates === true) writeObservation(request.file, { kind: "declaration", name });
}

/** Writes down too what is said of single integrations, where a command has asked for that. */
export function noticing(
  notify: (message: string) => void,
  request = observationRequest(),
): Dependencies["notify"] {
  if (request?.notices !== true) {
    return (message) => notify(message);
  }
  const { file } = request;
  return (message, about) => {
    notify(message);
    if (about !== undefined) writeObservation(file, { kind: "notice", ...observed(about), message });
  };
}
