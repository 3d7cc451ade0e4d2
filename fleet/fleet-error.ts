import { ExplainedError } from "../cli/explained-error";

/** What went wrong with a fleet, in words for who runs it: what, where, what is allowed, what to do. Never with a secret. */
export class FleetError extends ExplainedError {}
