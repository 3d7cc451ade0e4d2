/**
 * Why a text cannot be a token, as the end of a sentence that begins with what it is; undefined if it can be.
 * Pinterest's prefixes are not asked for: which separator follows them is not fixed.
 */
export function tokenTextProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (/[^\x21-\x7e]/.test(text)) {
    return "has a blank, a line break or another character that no token has: look for a line end that came along when it was set";
  }
  return undefined;
}

/** Whether a text that stands in a name's place is a token: names are shown in messages, tokens must not be. */
export function looksLikeToken(text: string): boolean {
  return /^pin[ar][._-][\w.~+/=%-]{16,}$/.test(text);
}
