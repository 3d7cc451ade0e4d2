import fc, { type Arbitrary } from "fast-check";
import { fields } from "../fields";
import type { Switches } from "../sequence";

export const switches: Arbitrary<Switches> = fc.record(
  {
    generation: fc.constantFrom("5.23" as const, "5.28" as const),
    postExisting: fc.constantFrom("merge" as const, "replace" as const),
    clearByNull: fc.constantFrom("clears" as const, "ignored" as const, "refused" as const),
    noopTouches: fc.boolean(),
    metadataUnset: fc.constantFrom("empty" as const, "null" as const, "omitted" as const),
    recordUnset: fc.constantFrom("null" as const, "omitted" as const),
    recordSecrets: fc.constantFrom("shown" as const, "null" as const, "masked" as const, "omitted" as const),
    expiryRounding: fc.constantFrom("none" as const, "seconds" as const),
    metadataReserialized: fc.boolean(),
    lastBookmark: fc.constantFrom("null" as const, "omitted" as const),
    shortPages: fc.constantFrom("off" as const, "half" as const, "empty" as const),
    listOrder: fc.constantFrom("oldest" as const, "newest" as const),
    readLag: fc.integer({ min: 0, max: 3 }),
    deleteMissing: fc.constantFrom("missing" as const, "succeeds" as const),
    codeAsText: fc.boolean(),
    extraFields: fc.boolean(),
  },
  { requiredKeys: [] },
);

// No read shows that Pinterest ignored a secret field, so the provider cannot detect it.
const ignorable = fields.filter(({ secret }) => !secret).map(({ wire }) => wire);
export const ignoredFields = fc
  .array(fc.constantFrom(...ignorable), { minLength: 1, maxLength: 2 })
  .map((names): Switches => ({ ignoredFields: names as NonNullable<Switches["ignoredFields"]> }));
