import type { Surroundings } from "../lifecycle";
import { writeObservation } from "../observation/file";
import { observationRequest } from "../observation/request";

/** Writes down what reads find, where a command has asked for that. */
export function observer(request = observationRequest()): Pick<Surroundings, "observer"> {
  if (request?.reads !== true) {
    return {};
  }
  const { file } = request;
  return { observer: { read: (observation) => writeObservation(file, { kind: "read", ...observation }) } };
}
