import { PinterestApiError, type PinterestClient, PinterestError, retrying } from "../api";
import type { Integration } from "../api/integration";
import { type Inputs, type Outputs, readableFieldNames } from "./bags";
import { find } from "./find";
import { explainIgnored, explainUnknownOutcome, explainUnseen } from "./messages";
import { differingFields, managedBy, outputsAfterWrite, withFieldsAsShown } from "./outputs";
import { PartialFailure } from "./partial-failure";
import type { Surroundings } from "./session";
import { readUntil } from "./settle";

type Creation = Parameters<PinterestClient["createCommerceIntegration"]>[0];

/**
 * Creates the integration with all that the program gives, and compares the answer with it.
 *
 * When it is unclear whether Pinterest did it (a lost answer, a server error), a read decides; while it shows nothing,
 * the creation is sent again, with the same id and therefore for the same integration. When nothing decides it, a
 * {@link PartialFailure} keeps the id in state, so that no integration is left without an owner.
 *
 * @param isDeleted whether what a read shows is an integration that this process has deleted: a read that lags.
 */
export async function post(
  client: PinterestClient,
  inputs: Inputs,
  surroundings: Surroundings,
  isDeleted: (live: Integration) => boolean = () => false,
): Promise<Outputs> {
  const { externalBusinessId, fields } = inputs;
  const look = async () => {
    const live = await find(client, externalBusinessId);
    return live === undefined || isDeleted(live) ? undefined : live;
  };
  const live = await made(client, inputs, look, surroundings);
  const outputs = outputsAfterWrite(inputs, live);
  const ignored = differingFields(managedBy(inputs), fields, live);
  if (ignored.length > 0) {
    throw new PartialFailure(
      explainIgnored("creating", externalBusinessId, ignored),
      withFieldsAsShown(outputs, ignored, live),
    );
  }
  return outputs;
}

type Look = () => Promise<Integration | undefined>;

async function made(
  client: PinterestClient,
  inputs: Inputs,
  look: Look,
  surroundings: Surroundings,
): Promise<Integration> {
  const creation = { externalBusinessId: inputs.externalBusinessId, ...inputs.fields } as Creation;
  const began = surroundings.now();
  let attempts = 0;
  let requests = 0;
  let waitedMs = 0;
  let last: unknown;
  const attempt = async () => {
    attempts += 1;
    try {
      return await client.createCommerceIntegration(creation);
    } catch (error) {
      last = error;
      if (error instanceof PinterestError) {
        requests += error.attempts;
        waitedMs += error.waitedMs;
        const durationMs = surroundings.now() - began;
        error.conclude({ attempts: requests, waitedMs, durationMs, unclear: false });
      }
      const isLast = attempts >= client.retryPolicy.maxAttempts;
      const live = isUnclear(error) && !isLast ? await decide(inputs, error, look) : undefined;
      if (live === undefined) throw error;
      return live;
    }
  };
  try {
    return await retrying(attempt, {
      ...client.retryPolicy,
      retryable: isUnclear,
      onWait: (wait) => {
        waitedMs += wait.waitMs;
        client.retryPolicy.onWait(wait);
      },
    });
  } catch (thrown) {
    // What ends a wait tells nothing of the attempt before it, which may have been carried out.
    const isEnded = client.retryPolicy.signal?.aborted && !(thrown instanceof PartialFailure);
    const error = isEnded ? last : thrown;
    // Also when refused: an attempt before it may have made what a read does not show yet.
    if (isUnclear(error) || (error instanceof PinterestError && attempts > 1)) {
      return decideAtLast(inputs, error, look, surroundings);
    }
    throw error;
  }
}

function isUnclear(error: unknown): error is PinterestError {
  return error instanceof PinterestError && error.outcome === "unknown";
}

/** A read that lags shows nothing at first, and what was taken for undone would be left without an owner. */
async function decideAtLast(
  inputs: Inputs,
  error: PinterestError,
  look: Look,
  surroundings: Surroundings,
): Promise<Integration> {
  const live = await decide(inputs, error, () =>
    readUntil(look, (found) => found !== undefined, surroundings),
  );
  if (live === undefined) {
    const exists = error instanceof PinterestApiError && error.status === 409;
    throw exists ? uncertain(inputs, error, explainUnseen(error)) : error;
  }
  return live;
}

/** The integration as it was to be made, or nothing where a read shows none. */
async function decide(inputs: Inputs, error: PinterestError, look: Look): Promise<Integration | undefined> {
  let live: Integration | undefined;
  try {
    live = await look();
  } catch (readError) {
    throw uncertain(inputs, error, explainUnknownOutcome(error, readError));
  }
  if (live !== undefined && differingFields(readableFieldNames, inputs.fields, live).length > 0) {
    throw uncertain(inputs, error, explainUnknownOutcome(error), live);
  }
  return live;
}

function uncertain(
  inputs: Inputs,
  cause: PinterestError,
  message: string,
  live?: Integration,
): PartialFailure {
  const outputs = withFieldsAsShown(outputsAfterWrite(inputs, live), managedBy(inputs), live);
  return new PartialFailure(message, outputs, { cause });
}
