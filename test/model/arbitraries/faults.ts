import fc, { type Arbitrary } from "fast-check";
import type { Fault } from "../steps";

const portal = "<html>Sign in to the network</html>";
const refusal = (status: number, code: number, text: string) => ({
  kind: "answer" as const,
  status,
  body: { code, message: text },
});
const uncommitted: readonly Fault[] = [
  refusal(401, 2, "Authentication failed."),
  refusal(401, 2, "Bearer pina_emulator_shop-1_000000000001 is of no use"),
  refusal(403, 29, "You are not permitted to access that resource."),
  refusal(429, 8, "You have exceeded your rate limit. Try again later."),
  { kind: "answer", status: 404, body: portal },
  { kind: "answer", status: 403, body: portal },
];
/** Faults whose request may take effect or not. */
export const either: readonly Fault[] = [
  { kind: "answer", status: 500 },
  { kind: "answer", status: 503 },
  { kind: "answer", status: 504, body: portal },
  { kind: "answer", status: 408 },
  { kind: "answer", status: 200, body: portal },
  { kind: "reset" },
];

const what: Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...uncommitted) },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...either), fc.boolean()).map(([fault, commit]): Fault => {
      return fault.kind === "truncate" ? fault : { ...fault, commit };
    }),
  },
  { weight: 1, arbitrary: fc.constant<Fault>({ kind: "truncate" }) },
);

export const fault: Arbitrary<Fault> = fc
  .tuple(
    what,
    fc.constantFrom("create", "get", "update", "delete", "list", undefined),
    fc.nat({ max: 3 }),
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: fc.constant("all" as const) },
    ),
  )
  .map(([action, operation, skip, times]) => ({ ...action, operation, skip, times }));
