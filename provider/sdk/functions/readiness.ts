import * as pulumi from "@pulumi/pulumi";
import { explicitProvider } from "./client";

/**
 * An output that is not known while something is that a call needs: the resources of `dependsOn`, those inside a
 * component included, and the configuration of the call's provider. It is never secret.
 */
export function readiness(
  caller: string,
  { dependsOn, ...invoke }: pulumi.InvokeOutputOptions,
): pulumi.Output<unknown> {
  const given = pulumi.output(dependsOn as pulumi.Input<pulumi.Input<pulumi.Resource>[]>);
  const resources = given.apply(async (found) => {
    const all = [found ?? []].flat() as pulumi.Resource[];
    return pulumi.all((await Promise.all(all.map(idsOf))).flat());
  });
  return pulumi.unsecret(pulumi.all([resources, explicitProvider(caller, invoke)?.configuration]));
}

/** A resource that is still to be created has a URN already; its id is what is not known. */
async function idsOf(resource: pulumi.Resource): Promise<pulumi.Output<string>[]> {
  if (pulumi.CustomResource.isInstance(resource)) {
    return [resource.id];
  }
  // The SDK's own way of finding what a component contains; its types leave it out.
  const component = resource as unknown as {
    __data?: Promise<unknown>;
    __childResources?: Set<pulumi.Resource>;
  };
  await component.__data;
  const children = await Promise.all([...(component.__childResources ?? [])].map(idsOf));
  return [resource.urn, ...children.flat()];
}
