import type { Output } from "@pulumi/pulumi";

/**
 * The value of an output in a box, or nothing while it is not known. An `apply` would not run then, and its result would
 * be unknown too.
 */
export async function valueIfKnown<T>(output: Output<T>): Promise<{ value: T } | undefined> {
  // `promise` and `isKnown` are the SDK's own way of looking into an output; its types leave them out.
  const inside = output as unknown as { promise(): Promise<T>; isKnown: Promise<boolean> };
  return (await inside.isKnown) ? { value: await inside.promise() } : undefined;
}
