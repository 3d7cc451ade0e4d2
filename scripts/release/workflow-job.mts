import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parse } from "yaml";

interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Step {
  readonly if?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

/** The parts of a workflow that {@link runJob} uses. actionlint checks the rest, such as conditions and matrices. */
interface Workflow {
  readonly defaults?: { readonly run: { readonly "working-directory": string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface JobRun {
  /** The checkout. */
  readonly directory: string;
  /** The environment of the machine, and what GitHub sets in every step. */
  readonly environment: NodeJS.ProcessEnv;
  /** Values of expressions, such as `secrets.TOKEN`. Secrets, variables and inputs that are missing are empty. */
  readonly values: Readonly<Record<string, string>>;
  /** Variables of the job whose expressions are not evaluated, such as the value of a matrix. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The directory of the cache. @default there is none */
  readonly cache?: string;
  /** Replaces an action, such as `actions/upload-artifact`. @default actions do nothing */
  readonly runAction?: (action: string, inputs: Readonly<Record<string, string>>) => void;
  /** Receives the output while the job runs. @default nothing does */
  readonly onOutput?: (text: string) => void;
}

export interface JobResult {
  readonly isSuccess: boolean;
  /** The output of all steps. */
  readonly log: string;
  /** The job's summary. */
  readonly summary: string;
  /** The outputs of all steps, one `name=value` per line. */
  readonly outputs: string;
}

/**
 * Runs the shell steps of a job with bash, until one fails, and restores and saves cached files. Skips `npm ci`, because the caller provides
 * `node_modules`.
 */
export async function runJob(workflow: string, name: string, run: JobRun): Promise<JobResult> {
  const { defaults, jobs } = parse(workflow) as Workflow;
  const job = jobs[name];
  if (job === undefined) throw new Error(`the workflow has no job '${name}'`);
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-job-"));
  const file = (name: string) => join(directory, name);
  const contentOf = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), "utf8") : "");
  const stepEnvironment: Record<string, string> = {};
  let log = "";
  let isSuccess = true;
  try {
    for (const step of job.steps) {
      const { run: script, env = {} } = step;
      if (!isSuccess && step.if !== "always()") continue;
      if (step.uses !== undefined && run.cache !== undefined) useCache(step, job, run, run.cache);
      if (step.uses !== undefined)
        run.runAction?.(step.uses.replace(/@.*/, ""), evaluated(step.with ?? {}, run));
      if (script === undefined || script === "npm ci") continue;
      writeFileSync(file("script.sh"), script);
      const child = spawn("bash", ["-e", file("script.sh")], {
        cwd: join(run.directory, defaults?.run["working-directory"] ?? "."),
        env: {
          ...run.environment,
          CI: "true",
          GITHUB_STEP_SUMMARY: file("summary"),
          GITHUB_OUTPUT: file("outputs"),
          GITHUB_ENV: file("environment"),
          ...stepEnvironment,
          ...evaluated({ ...job.env, ...env }, run),
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          log += text;
          run.onOutput?.(text);
        });
      }
      const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
      isSuccess &&= code === 0;
      // One NAME=VALUE in a line. GitHub also knows values of several lines.
      for (const [, name = "", value = ""] of contentOf("environment").matchAll(/^(\w+)=(.*)$/gm))
        stepEnvironment[name] = value;
    }
    return { isSuccess, log, summary: contentOf("summary"), outputs: contentOf("outputs") };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A restored file replaces what an earlier job has left, because each job has its own checkout. */
function useCache({ uses, with: inputs }: Step, job: Job, run: JobRun, cache: string): void {
  if (!uses?.startsWith("actions/cache/")) return;
  const environment = Object.entries(evaluated(job.env ?? {}, run));
  const values = Object.fromEntries(environment.map(([name, value]) => [`env.${name}`, value]));
  const { path = "" } = evaluated({ path: inputs?.path ?? "" }, { ...run, values });
  const cached = join(cache, basename(path));
  const isRestored = uses.startsWith("actions/cache/restore@");
  if (isRestored) rmSync(path, { force: true });
  const [from, to] = isRestored ? [cached, path] : [path, cached];
  if (existsSync(from)) cpSync(from, to);
}

function evaluated(env: Readonly<Record<string, string>>, { directory, values, variables }: JobRun) {
  const evaluate = (expression: string): string => {
    const known = values[expression] ?? (expression === "github.workspace" ? directory : undefined);
    if (known !== undefined) return known;
    if (/^(secrets|vars|inputs)\.\w+$/.test(expression)) return "";
    throw new Error(`no value is given for the expression ${expression}`);
  };
  const own = Object.entries(env).filter(([name]) => variables?.[name] === undefined);
  return {
    ...Object.fromEntries(
      own.map(([name, text]) => [
        name,
        String(text).replace(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => evaluate(expression)),
      ]),
    ),
    ...variables,
  };
}
