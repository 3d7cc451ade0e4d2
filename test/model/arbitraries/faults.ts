import fc, { type Arbitrary } from "fast-check";
import type { Fault } from "../sequence";

const portal = "<html>Sign in to the network</html>";
const rejection = (status: number, code: number, text: string) => ({
  kind: "response" as const,
  status,
  body: { code, message: text },
});
const withoutEffect: readonly Fault[] = [
  rejection(401, 2, "Authentication failed."),
  rejection(401, 2, "Bearer pina_emulator_shop-1_000000000001 is invalid"),
  rejection(403, 29, "You are not permitted to access that resource."),
  rejection(429, 8, "You have exceeded your rate limit. Try again later."),
  { kind: "response", status: 404, body: portal },
  { kind: "response", status: 403, body: portal },
];
/** Faults after which the request may or may not have taken effect. */
export const uncertain: readonly Fault[] = [
  { kind: "response", status: 500 },
  { kind: "response", status: 503 },
  { kind: "response", status: 504, body: portal },
  { kind: "response", status: 408 },
  { kind: "response", status: 200, body: portal },
  { kind: "reset" },
];

const faultAction: Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...withoutEffect) },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...uncertain), fc.boolean()).map(([fault, commit]): Fault => {
      return fault.kind === "truncate" ? fault : { ...fault, commit };
    }),
  },
  { weight: 1, arbitrary: fc.constant<Fault>({ kind: "truncate" }) },
);

export const fault: Arbitrary<Fault> = fc
  .tuple(
    faultAction,
    fc.constantFrom("create", "get", "update", "delete", "list", undefined),
    fc.nat({ max: 3 }),
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: fc.constant("all" as const) },
    ),
  )
  .map(([action, operation, skip, times]) => ({ ...action, operation, skip, times }));
