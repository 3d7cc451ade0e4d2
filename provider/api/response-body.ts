import type { ZodType, z } from "zod";
import { isJsonObject, parseIfJson } from "../base/json";
import type { Schema } from "../base/schema";

/** A success response that the API description does not allow. The message names places in it, but no values, which can be secrets. */
export class UnexpectedResponse extends Error {
  override readonly name = "UnexpectedResponse";
  /** @param isTruncated whether it may be the beginning of a correct response. */
  constructor(
    message: string,
    readonly isTruncated = false,
  ) {
    super(message);
  }
}

/** Reads the body of a response. @throws UnexpectedResponse that names the invalid property, but not its value. */
export function parseResponse<Type extends ZodType>(schema: Schema<Type>, text: string): z.output<Type> {
  const { data, error } = schema().safeParse(parseObject(text), {
    error: () => "is missing or of another type",
  });
  if (error === undefined) return data as z.output<Type>;
  const [issue] = error.issues;
  throw new UnexpectedResponse(`${issue?.path.join(".")} ${issue?.message}`);
}

/** Parses the body of a response. @throws UnexpectedResponse if it is not a JSON object. */
function parseObject(text: string): Record<string, unknown> {
  const body = parseIfJson(text);
  if (isJsonObject(body)) return body;
  if (body !== undefined) throw new UnexpectedResponse("it is not a JSON object");
  if (text.trim() === "") throw new UnexpectedResponse("it is empty");
  const isHtml = /^\s*</.test(text);
  throw new UnexpectedResponse(isHtml ? "it is HTML, not JSON" : "it is not JSON, or truncated", !isHtml);
}

/** An error response without its request ID: "HTTP 409, code 4182: …". */
export function responseText(
  { status, code }: { readonly status: number; readonly code?: number | undefined },
  texts: readonly string[],
): string {
  const parts = texts.filter((text) => text !== "").map((text) => `: ${text.replace(/\.$/, "")}`);
  return [`HTTP ${status}`, code === undefined ? "" : `, code ${code}`, ...parts].join("");
}
