import { Option } from "commander";

/** An option that takes some of what there is, and all of it where it is not given. */
export function choice(flags: string, description: string, all: readonly string[], said = "all"): Option {
  return new Option(flags, description).choices(all).default([...all], said);
}
