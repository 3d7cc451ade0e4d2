import type * as pulumi from "@pulumi/pulumi";

/** In what a class of one front end differs from that of another. */
export interface ResourceFrontEnd {
  /** The type token. */
  readonly type: string;
  /** Properties that are registered beside the program's. */
  readonly properties?: pulumi.Inputs;
  /** Options beside the program's. */
  readonly options?: pulumi.CustomResourceOptions;
  /** Why the `import` option is refused; left out where it works. */
  readonly importProblem?: string;
  /** The name of the explicit provider of a resource; undefined for a default one. */
  providerName(resource: pulumi.Resource): string | undefined;
  /** Whether the provider process cannot tell by itself which provider it is, or that a token is missing. */
  readonly tellsProvider: boolean;
}
