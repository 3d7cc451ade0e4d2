import type { Agent } from "undici";
import { loadUndici, type RequestGate } from "../api";
import { isJsonObject, parseIfJson } from "../base/json";
import type { DeclaredIn, Host } from "../config";

/**
 * The requests of a command or a fleet to the provider processes of the engine that it runs. It contains no secret. If the user runs the engine, for
 * example with `pulumi up`, {@link programContext} applies.
 */
export interface RunContext {
  /** Whether the engine deploys a program, or the merchant list of a fleet. Messages use the words for it. */
  readonly declaredIn: DeclaredIn;
  /** The directory in which relative paths of the configuration start, if the engine runs in a temporary one. @default the working directory */
  readonly baseDirectory?: string;
  /** The path of the socket at which a fleet worker limits the requests of all its processes. @default no limit */
  readonly requestLimiter?: string;
  /** The observations to write, and their file. @default none */
  readonly observe?: ObservationRequest;
}

export interface ObservationRequest {
  /** An existing file, to which each provider process appends lines. */
  readonly file: string;
  /** The results of reads of integrations in state. Failed reads then do not fail the refresh: the command reports them. */
  readonly reads?: boolean;
  /** All integrations of the configured accounts. */
  readonly inventory?: boolean;
  /** The results that creates would have. */
  readonly creates?: boolean;
  /** Messages about single integrations, and failed operations. The engine does not connect messages to resources. */
  readonly notices?: boolean;
}

export const programContext: RunContext = { declaredIn: "program" };

export interface Invocation {
  readonly environment: NodeJS.ProcessEnv;
  readonly context: RunContext;
}

/** The environment variable with the run context as JSON. Provider processes and programs inherit it from the engine. */
export const runContextVariable = "PINTEREST_RUN_CONTEXT";

/** Formats a run context as a variable for the environment of an engine. */
export function formatRunContext(context: RunContext): Record<string, string> {
  return { [runContextVariable]: JSON.stringify(context) };
}

/** Reads the run context from the environment. Without the variable, it is {@link programContext}. @throws Error for another form. */
export function parseRunContext(environment: NodeJS.ProcessEnv): RunContext {
  const text = environment[runContextVariable];
  if (!text) return programContext;
  const context = parseIfJson(text);
  const problem = isJsonObject(context) ? problemWith(context) : "it is not a JSON object";
  if (problem === undefined) return context as unknown as RunContext;
  throw new Error(
    `cannot read the run context in ${runContextVariable}: ${problem}. Unset the variable: only commands of pulumi-pinterest set it.`,
  );
}

/**
 * The reason why an object is not a run context: a clause. Undefined if it is one. Does not use zod, because every program parses its run
 * context, and must not load zod.
 */
function problemWith(context: Record<string, unknown>): string | undefined {
  const { declaredIn, baseDirectory, requestLimiter, observe } = context;
  if (declaredIn !== "program" && declaredIn !== "merchant list")
    return '`declaredIn` must be "program" or "merchant list"';
  if (baseDirectory !== undefined && typeof baseDirectory !== "string")
    return "`baseDirectory` must be a string";
  if (requestLimiter !== undefined && typeof requestLimiter !== "string")
    return "`requestLimiter` must be a string";
  if (observe === undefined) return undefined;
  if (!isJsonObject(observe) || typeof observe.file !== "string") return "`observe.file` must be a string";
  const { file: _, ...requests } = observe;
  return Object.values(requests).every((value) => typeof value === "boolean")
    ? undefined
    : "the requests in `observe` must be true or false";
}

/** The host of a process that reads the configuration and sends requests. */
export function hostOf({ environment, context }: Invocation): Host {
  const { declaredIn, baseDirectory, requestLimiter } = context;
  const gate = requestLimiter === undefined ? undefined : requestLimiterAt(requestLimiter);
  return { environment, declaredIn, baseDirectory, gate };
}

/** The gate that asks a fleet worker before each request. */
function requestLimiterAt(socketPath: string): RequestGate {
  let dispatcher: Agent | undefined;
  return {
    name: "the fleet's request limit",
    async wait(signal) {
      const { Agent, request } = loadUndici();
      // The worker responds when it is the request's turn, which can take any time.
      dispatcher ??= new Agent({ connect: { socketPath }, headersTimeout: 0, bodyTimeout: 0 });
      const { statusCode, body } = await request("http://limit/", { method: "POST", dispatcher, signal });
      const text = await body.text();
      if (statusCode !== 204) throw new Error(text || `HTTP status ${statusCode}`);
    },
  };
}
