import * as pulumi from "@pulumi/pulumi";
import { TokenWarnings } from "../config/expiries";
import { PerRun } from "./run";
import { stackConfiguration } from "./stack-configuration";

const warnings = new PerRun(
  () => new TokenWarnings(stackConfiguration, (message) => void pulumi.log.warn(message)),
);

/** Warns of the stack's token of an account; see {@link TokenWarnings}. */
export function warnOfToken(account: string | undefined): void {
  warnings.get()?.of(account);
}
