import { stackOptions } from "../text/shell";
import { type Check, failure, ok } from "./check";
import { engineSays } from "./engine-says";
import { askEngine } from "./run-bounded";

/** The engine's state backend. */
export interface BackendFindings {
  readonly check: Check;
  /** The address that the engine reports; undefined if it is not logged in. */
  readonly url?: string;
}

/** Whether the engine is logged in, for the project in the directory. */
export async function checkBackend(cwd: string): Promise<BackendFindings> {
  const { exitCode, stdout, stderr } = await askEngine(["whoami", "--json"], cwd);
  const { user, url } = exitCode === 0 ? parsed(stdout) : {};
  if (url === undefined)
    return { check: refused(engineSays(new Error(stderr)), stackOptions({ directory: cwd })) };
  return {
    check: ok("backend", `state is in ${withoutSecrets(url)}${user === undefined ? "" : `, for ${user}`}`),
    url,
  };
}

function refused(said: string, inProject: string): Check {
  const login = `\`pulumi login${inProject}\`, or set PULUMI_ACCESS_TOKEN (Pulumi Cloud) or PULUMI_BACKEND_URL (your own backend)`;
  return failure(
    "backend",
    `the engine cannot access its state: ${said}`,
    /log ?in|logged|token/i.test(said)
      ? `Run ${login}.`
      : `Fix the error (\`pulumi whoami${inProject}\` repeats it), or log in to another backend: ${login}.`,
  );
}

function parsed(text: string): { user?: string; url?: string } {
  try {
    const { user, url } = JSON.parse(text) as Record<string, unknown>;
    return typeof url === "string" ? { url, ...(typeof user === "string" ? { user } : {}) } : {};
  } catch {
    return {};
  }
}

/** The address of a DIY backend can contain a password, or keys in its query. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//").replace(/\?.*$/s, "");
}
