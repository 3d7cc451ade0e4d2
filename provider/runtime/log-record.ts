import type { LogEntry, PinterestClient } from "../api";
import type { Bag } from "../lifecycle/outputs";
import { pickFields } from "./log-check";

/** What recording an entry needs. */
export interface LogSurroundings {
  client(account: string | undefined): PinterestClient;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * Records an entry at Pinterest, once, and returns the resource's outputs.
 *
 * @throws Error when Pinterest refused it, or may have recorded it. State then keeps what it had, so that the next update
 *   records the entry.
 */
export async function recordLog(inputs: Bag, { client, now }: LogSurroundings): Promise<Bag> {
  const outputs: Bag = { clientTimestamp: now(), ...inputs };
  const entry = pickFields(outputs) as unknown as LogEntry;
  const account = inputs.account as string | undefined;
  const { rejected, unknown } = await client(account).reportLogs([entry], { hidden: textsIn(inputs) });
  const of = account === undefined ? "" : ` (account '${account}')`;
  if (rejected.length > 0) {
    const reasons = rejected.map(({ field, reason }) =>
      field === undefined ? reason : `${field}: ${reason}`,
    );
    throw new Error(
      `recording a log entry${of}: it was rejected: ${reasons.join("; ")}. Nothing was recorded. Correct it and run again.`,
    );
  }
  if (unknown.length > 0) {
    throw new Error(
      `recording a log entry${of}: whether Pinterest recorded it is not known: ${unknown.map(({ reason }) => reason).join("; ")} ` +
        "It was not sent again, since Pinterest keeps both. The next `pulumi up` records it again.",
    );
  }
  return outputs;
}

/** All texts of the inputs but those of a fixed choice: a program may have any of them as a secret. */
function textsIn({ eventType: _event, logLevel: _level, account: _account, ...inputs }: Bag): string[] {
  const texts = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
  };
  return texts(inputs);
}
