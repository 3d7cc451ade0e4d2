// Stands in for Pulumi's SDK, which takes most of a second to read: the schema needs only the wrappers of its types.
export interface Input<T> {
  readonly wrapped: T;
}
export interface Output<T> {
  readonly wrapped: T;
}
export type Unwrap<T> = T;
export type Inputs = Record<string, unknown>;
export type InvokeOptions = object;
export type InvokeOutputOptions = object;
export type ResourceOptions = object;
export type CustomResourceOptions = object;
export declare class CustomResource {}
export declare class ProviderResource {}
