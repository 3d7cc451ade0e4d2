import { afterEach } from "@jest/globals";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../../emulator";

/** An answer as a client sees it. */
export interface Received {
  status: number;
  headers: Headers;
  /** JSON where it is JSON, otherwise the text; null without a body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  body: any;
}

export interface Sending {
  /** Sent as JSON; a text as it is. */
  body?: unknown;
  /** The account whose token is sent. Default: the first. */
  account?: string;
  /** The Authorization header, in the place of the account's. */
  authorization?: string | null;
  /** Sent as a form, in the place of a body. */
  form?: Record<string, string>;
}

/** A request as `METHOD /path`, below the API's address. */
export type Send = (request: string, sending?: Sending) => Promise<Received>;

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
});

/** An emulator that ends with the test, and a way to send requests to it. */
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

/** Sends a request as `METHOD /path` below an address. */
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
