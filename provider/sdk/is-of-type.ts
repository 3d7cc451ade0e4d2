import * as pulumi from "@pulumi/pulumi";

/** Whether an object is a resource of this type, also one of another copy of the package. */
export function isOfType(value: unknown, type: string): boolean {
  return (
    pulumi.CustomResource.isInstance(value) && (value as { __pulumiType?: string }).__pulumiType === type
  );
}
