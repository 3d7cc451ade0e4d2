import type { OperationRequest } from "./attempt";
import { operations } from "./operations";
import { type CallLimits, type Pipeline, Progress } from "./progress";
import { retrying } from "./retry/retrying";
import { mayRepeat } from "./retry/transient";
import { Sending } from "./sending";

/**
 * Carries one operation out, in as many requests as it takes and may take: its turn among the writes of its integration;
 * repetition of what may be repeated; leave of the rate budget, and a token that is valid, for each request.
 *
 * @throws PinterestError whatever goes wrong.
 */
export async function perform<T>(
  pipeline: Pipeline,
  request: OperationRequest<T>,
  limits: CallLimits,
): Promise<T> {
  const progress = new Progress(pipeline, request, limits);
  try {
    const value = await inTurn(progress);
    progress.report();
    return value;
  } catch (thrown) {
    const error = progress.failed(thrown);
    progress.report(error);
    throw error;
  }
}

/** Pinterest answers 429 to writes of one integration that come close together, so they go one after the other. */
function inTurn<T>(progress: Progress<T>): Promise<T> {
  const { operation, externalBusinessId } = progress.request;
  const { pipeline, limits } = progress;
  if (operations[operation].method === "GET" || externalBusinessId === undefined) return repeated(progress);
  return pipeline.writes.run(externalBusinessId, () => repeated(progress), limits.signal);
}

function repeated<T>(progress: Progress<T>): Promise<T> {
  const { request, policy, limits } = progress;
  const sending = new Sending(progress);
  return retrying(() => sending.send(), {
    ...policy,
    timeoutMs: progress.endsAt - progress.now(),
    retryable: (error) => !sending.tooLate && mayRepeat(operations[request.operation], error),
    onWait: (wait) => progress.waits(wait),
    ...(limits.signal === undefined ? {} : { signal: limits.signal }),
  });
}
