import * as pulumi from "@pulumi/pulumi";
import { KnownExpiries, readConfiguration } from "../configuration";
import { TokenNotices } from "../pinterest/credentials/notices";
import { PerRun } from "./run";
import { stackConfiguration } from "./stack-configuration";

interface Known {
  expiries: KnownExpiries | Error;
  said: Set<string>;
  notices: TokenNotices;
}

const known = new PerRun<Known>(() => ({
  expiries: expiriesOrError(),
  said: new Set(),
  notices: new TokenNotices((message) => void pulumi.log.warn(message), Date.now),
}));

/**
 * Warns, in a preview already, that an update would find no access token, or that the token ends soon. A preview itself needs
 * none, and so does not fail for the want of it: those of pull requests often run without secrets. Asks nobody and runs nothing.
 */
export function warnOfToken(account: string | undefined): void {
  const run = known.get();
  if (run === undefined) {
    return;
  }
  const { expiries, said, notices } = run;
  try {
    if (expiries instanceof Error) {
      throw expiries;
    }
    const expiry = expiries.of(account);
    if (expiry !== undefined) {
      notices.expires(account, expiry.token, expiry.expiresAt);
    }
  } catch (error) {
    const problem = (error as Error).message;
    if (!said.has(problem)) {
      said.add(problem);
      pulumi.log.warn(
        `${problem}. ${expiries instanceof Error ? "An update will fail." : "An update will need it."}`,
      );
    }
  }
}

function expiriesOrError(): KnownExpiries | Error {
  try {
    return new KnownExpiries(readConfiguration(stackConfiguration));
  } catch (error) {
    return error as Error;
  }
}
