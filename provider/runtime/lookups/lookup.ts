import type { PinterestClient } from "../../api";
import type { FunctionName } from "./arguments";

/** A function that reads from Pinterest, whoever calls it. */
export interface Lookup<Args extends { readonly account?: string }, Result> {
  readonly name: FunctionName;
  /** @throws Error that names the argument, and what is allowed. */
  check(args: Args): void;
  /** @param args as they have been checked. */
  call(client: PinterestClient, args: Args): Promise<Result>;
}
