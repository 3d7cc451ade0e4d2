import { afterEach } from "@jest/globals";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../emulator";

/** A response to a request. */
export interface Received {
  status: number;
  headers: Headers;
  /** Parsed JSON, or else a string. Null without a body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read responses of any shape
  body: any;
}

export interface Sending {
  /** A string is sent unchanged, any other value as JSON. */
  body?: unknown;
  /** Account whose token is sent. @default the first account */
  account?: string | undefined;
  /** Authorization header instead of the account's. Null: none. */
  authorization?: string | null;
  /** Sent as a form instead of a body. */
  form?: Record<string, string>;
}

/** Sends a request: `METHOD /path`, relative to the API's base URL. */
export type Send = (request: string, sending?: Sending) => Promise<Received>;

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
});

/** Starts an emulator that stops after the test. Returns it, and a function that sends requests to it. */
export async function emulate(options: EmulatorOptions = {}): Promise<{ emulator: Emulator; send: Send }> {
  const emulator = await startEmulator(options);
  running.push(emulator);
  const send: Send = (
    request,
    { body, form, account, authorization = `Bearer ${emulator.token(account)}` } = {},
  ) =>
    sendTo(emulator.url, request, form ? String(new URLSearchParams(form)) : body, {
      ...(form && { "content-type": "application/x-www-form-urlencoded" }),
      ...(authorization !== null && { authorization }),
    });
  return { emulator, send };
}

/** Sends a request: `METHOD /path`, relative to a base URL. */
export async function sendTo(
  address: string,
  request: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Received> {
  const [method = "GET", path] = request.split(" ");
  const response = await fetch(`${address}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
