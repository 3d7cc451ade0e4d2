import { fingerprintOf, fingerprintsOf } from "./fingerprint";
import { hideLikelySecrets, redactedMark } from "./secret-patterns";

/** Replaces the secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Creates a redactor of secret values, such as the token of a request. Its steps for the value `my"key-123`:
 *
 *     step                                          text                             result
 *     1. replaces the value, also in JSON or URLs   my"key-123 or MY%22KEY-123       [redacted] or [redacted]
 *     2. replaces what looks like any secret        Bearer abcd                      Bearer [redacted]
 *     3. hides a text that still has the value      got bXkia2V5LTEyMw== in Base64   [redacted]
 *
 * Step 3 searches the text's letters and digits for those of the value and of its Base64. So it finds the value in any escapes, and also hides
 * "my key 123": a message that says too little is better than one that shows a secret. Because a short value can occur in a text by
 * accident, step 1 replaces it only as a whole word, and step 3 ignores a short fingerprint.
 */
export function createRedactor(values: readonly string[]): Redact {
  const forms = formsToReplace(values);
  const fingerprints = fingerprintsOf(forms);
  return (text) => {
    const withoutForms = forms.reduce(replaceForm, text);
    const withoutLikelySecrets = hideLikelySecrets(withoutForms);
    const rest = fingerprintOf(withoutLikelySecrets);
    const stillHasValue = fingerprints.some((fingerprint) => rest.includes(fingerprint));
    return stillHasValue ? redactedMark : withoutLikelySecrets;
  };
}

/**
 * Complete pieces of a long value. They are replaced, too, because a server can cut off the value in its message. The shorter rest is not, because it can
 * occur in a text by accident.
 */
const completePieces = /.{1000}/gsu;

/** The values as they are, in JSON and in a URL: `a"b`, `a\"b` and `a%22b`. */
function formsToReplace(values: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const value of values) {
    if (value === "") continue;
    const pieces = value.toWellFormed().match(completePieces) ?? [];
    for (const text of [value, ...pieces]) {
      forms.add(text);
      forms.add(JSON.stringify(text).slice(1, -1));
      forms.add(encodeURIComponent(text.toWellFormed()));
    }
  }
  // Longest first, because one form can contain another.
  return [...forms].sort((a, b) => b.length - a.length);
}

/** Shortest form that is replaced within a word. A shorter one, "a", is replaced in "value 'a'", but not in "bad". */
const minLengthWithinWord = 4;

/** A regular expression of a longer string is too large. */
const maxPatternLength = 10_000;

/** Replaces a form in upper and lower case. A very long form must match exactly. */
function replaceForm(text: string, form: string): string {
  if (form.length > maxPatternLength) return text.replaceAll(form, redactedMark);
  const literal = form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const pattern = form.length < minLengthWithinWord ? `(?<!\\w)${literal}(?!\\w)` : literal;
  return text.replace(new RegExp(pattern, "gi"), redactedMark);
}
