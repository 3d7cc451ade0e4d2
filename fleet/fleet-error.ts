import { ExplainedError } from "../cli/explained-error";

/** A failure of a fleet, in words for its operator: what failed, why, and what to do. Never contains a secret. */
export class FleetError extends ExplainedError {}
