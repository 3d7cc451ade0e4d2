import * as pulumi from "@pulumi/pulumi";
import { type Configuration, readConfiguration, sourceOf } from "../configuration";
import { PerRun } from "./run";
import { stackConfiguration } from "./stack-configuration";

interface Known {
  configuration: Configuration | Error;
  said: Set<string>;
}

const known = new PerRun<Known>(() => ({ configuration: configurationOrError(), said: new Set() }));

/**
 * Warns, in a preview already, that an update would find no access token. A preview itself needs none, and so does not
 * fail for the want of it: those of pull requests often run without secrets.
 */
export function warnWithoutToken(account: string | undefined): void {
  const run = known.get();
  if (run === undefined) {
    return;
  }
  const problem = problemWith(run.configuration, account);
  if (problem !== undefined && !run.said.has(problem)) {
    run.said.add(problem);
    pulumi.log.warn(`${problem}. An update will need it.`);
  }
}

function problemWith(configuration: Configuration | Error, account: string | undefined): string | undefined {
  if (configuration instanceof Error) {
    return configuration.message;
  }
  try {
    sourceOf(configuration, account);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function configurationOrError(): Configuration | Error {
  try {
    return readConfiguration(stackConfiguration);
  } catch (error) {
    return error as Error;
  }
}
