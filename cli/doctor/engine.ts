import { isOlder, oldestEngine } from "../../provider/runtime/installation";
import { type Check, failure, ok, warning } from "./check";
import { programBeside, programOnPath } from "./find-program";
import { askEngine } from "./run-bounded";

/** The result of the engine's checks. */
export interface EngineFindings {
  readonly checks: readonly Check[];
  /** The path of the engine, if it can answer further questions. */
  readonly path: string | undefined;
}

const install = `Install the Pulumi CLI ${oldestEngine} or newer (https://www.pulumi.com/docs/install), and put it on PATH.`;

/**
 * Checks the engine, and the language host that runs programs.
 *
 * @param runtime of the project.
 */
export async function checkEngine(
  cwd: string,
  environment: NodeJS.ProcessEnv,
  runtime = "nodejs",
): Promise<EngineFindings> {
  const path = programOnPath("pulumi", environment);
  if (path === undefined) {
    return { checks: [failure("engine", "`pulumi` is not on PATH", install)], path };
  }
  const { stdout } = await askEngine(["version"], cwd);
  const version = /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout.trim())?.[1];
  if (version === undefined) {
    return { checks: [failure("engine", `${path} does not report its version`, install)], path: undefined };
  }
  const found = `pulumi ${version} (${path})`;
  const engine = isOlder(version, oldestEngine)
    ? failure("engine", `${found} is too old`, install)
    : ok("engine", found);
  return { checks: [engine, checkLanguageHost(path, runtime, environment)], path };
}

function checkLanguageHost(engine: string, runtime: string, environment: NodeJS.ProcessEnv): Check {
  const name = `pulumi-language-${runtime}`;
  const path = programBeside(engine, name, environment);
  return path === undefined
    ? warning(
        "language-host",
        `\`${name}\` is neither next to pulumi nor on PATH`,
        "Install a release of Pulumi, which contains it. Without it, the program does not run.",
      )
    : ok("language-host", path);
}
