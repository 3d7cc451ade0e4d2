/**
 * Whether the text of a 429 says that Pinterest takes the requests for spam, which waiting does not end. Public clients tell it from
 * a rate limit in this way.
 */
export function speaksOfSpam(text: string): boolean {
  return /spam/i.test(text);
}
