// Stands in for Pulumi's SDK, which takes most of a second to read. The schema does not distinguish inputs, outputs and plain values.
export type Input<T> = T;
export type Output<T> = T;
export type Unwrap<T> = T;
export type Inputs = Record<string, unknown>;
export type InvokeOptions = object;
export type InvokeOutputOptions = object;
export type ResourceOptions = object;
export type CustomResourceOptions = object;
export declare class CustomResource {}
export declare class ProviderResource {}
