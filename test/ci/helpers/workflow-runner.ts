import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Contexts, evaluate, type Functions, interpolate } from "./expressions";
import type { Workflow, WorkflowJob, WorkflowStep } from "./workflow";

/** The input of a run. */
export interface WorkflowRun {
  /** The project, which is used as the checkout. */
  directory: string;
  /** The environment of the machine, without the values that the workflow must pass. */
  environment: NodeJS.ProcessEnv;
  /** The environment that GitHub sets in every step. */
  jobEnvironment: Record<string, string>;
  secrets: Record<string, string>;
  vars: Record<string, string>;
  /** The event that triggered the run (`github.event`). */
  event?: object;
  /** The inputs of a run that was started by hand. */
  inputs?: Record<string, string | boolean>;
}

/** The result of a run. */
export interface WorkflowResult {
  /** The result of each job: `success`, `failure` or `skipped`. */
  jobs: Record<string, string>;
  /** The output of all steps. */
  log: string;
  /** The summaries of the jobs. */
  summary: string;
}

/** Skipped steps, with the reasons. Any other step that cannot run fails the test. */
const skippedSteps: Record<string, string> = {
  "actions/checkout": "the lab's directory is the checkout",
  "actions/setup-node": "the tests have a Node.js",
  "pulumi/actions": "it installs the Pulumi CLI, but the tests have an engine",
  "npm ci": "the lab's packages are linked",
};

/** Runs a workflow like GitHub's runner: jobs after the jobs that they need, one job for each matrix value, and `run` steps with bash. */
export async function runWorkflow(workflow: Workflow, run: WorkflowRun): Promise<WorkflowResult> {
  const temporary = mkdtempSync(join(tmpdir(), "pulumi-pinterest-runner-"));
  const result: WorkflowResult = { jobs: {}, log: "", summary: "" };
  const runner = new Runner(run, temporary, result, workflow.defaults?.run["working-directory"]);
  try {
    for (const [name, job] of Object.entries(workflow.jobs)) {
      result.jobs[name] = await runner.job(name, job);
    }
    return result;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

class Runner {
  /** The outputs of jobs, by job. */
  private readonly outputs: Record<string, Record<string, string>> = {};

  constructor(
    private readonly run: WorkflowRun,
    private readonly temporary: string,
    private readonly result: WorkflowResult,
    private readonly workingDirectory = ".",
  ) {}

  /** Runs a job with all values of its matrix. In the file, a job must follow the jobs that it needs. */
  async job(name: string, job: WorkflowJob): Promise<string> {
    const { jobs } = this.result;
    if (job.needs !== undefined && jobs[job.needs] === undefined)
      throw new Error(`the job ${name} must follow ${job.needs}, which it needs`);
    const contexts: Contexts = {
      github: {
        event: this.run.event ?? {},
        repository: this.run.jobEnvironment.GITHUB_REPOSITORY,
        token: "ghs_test",
        workspace: this.run.directory,
      },
      secrets: this.run.secrets,
      vars: this.run.vars,
      inputs: this.run.inputs ?? {},
      needs:
        job.needs === undefined
          ? {}
          : { [job.needs]: { result: jobs[job.needs], outputs: this.outputs[job.needs] } },
    };
    const ready = job.needs === undefined || jobs[job.needs] === "success";
    if (!isTrue(job.if, contexts, functionsOf(ready))) return "skipped";
    const matrix = matrixOf(job, contexts);
    let succeeded = true;
    for (const [index, values] of matrix.entries()) {
      const strategy = { "job-index": index, "job-total": matrix.length };
      succeeded = (await this.steps(name, job, { ...contexts, matrix: values, strategy })) && succeeded;
    }
    return succeeded ? "success" : "failure";
  }

  private async steps(name: string, job: WorkflowJob, contextsOfRun: Contexts): Promise<boolean> {
    // Each job starts on a new machine.
    rmSync(join(this.run.directory, "reports"), { recursive: true, force: true });
    const steps: Record<string, { outputs: Record<string, string> }> = {};
    const contexts = { ...contextsOfRun, steps };
    let succeeded = true;
    for (const step of job.steps) {
      if (!isTrue(step.if, contexts, functionsOf(succeeded))) continue;
      rmSync(this.outputFile, { force: true });
      succeeded = (await this.step(step, job, contexts)) && succeeded;
      if (step.id !== undefined) steps[step.id] = { outputs: this.outputsOfStep() };
    }
    if (succeeded) this.outputs[name] = evaluateAll(job.outputs, contexts);
    return succeeded;
  }

  private get outputFile(): string {
    return join(this.temporary, "output");
  }

  /** The outputs of the last step, one `name=value` per line. */
  private outputsOfStep(): Record<string, string> {
    if (!existsSync(this.outputFile)) return {};
    const lines = readFileSync(this.outputFile, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2)));
  }

  private async step(step: WorkflowStep, job: WorkflowJob, contexts: Contexts): Promise<boolean> {
    const action = step.uses?.split("@")[0];
    const reason = skippedSteps[action ?? step.run ?? ""];
    if (reason !== undefined) return true;
    const inputs = evaluateAll(step.with, contexts);
    if (action === "actions/upload-artifact") this.upload(inputs);
    else if (action === "actions/download-artifact") this.download(inputs);
    else if (action !== undefined || step.run === undefined) throw new Error(`unsupported step ${step.uses}`);
    else
      return this.shell(step.run, { ...evaluateAll(job.env, contexts), ...evaluateAll(step.env, contexts) });
    return true;
  }

  private upload({ name = "", path = "" }: Record<string, string>): void {
    const source = join(this.run.directory, path);
    if (existsSync(source)) cpSync(source, join(this.temporary, "artifacts", name), { recursive: true });
  }

  private download({ pattern = "", path = "", "merge-multiple": merge }: Record<string, string>): void {
    if (merge !== "true" || !pattern.endsWith("*"))
      throw new Error("unsupported: a download without `merge-multiple` and a pattern PREFIX*");
    const artifacts = join(this.temporary, "artifacts");
    mkdirSync(artifacts, { recursive: true });
    for (const name of readdirSync(artifacts).filter((name) => name.startsWith(pattern.slice(0, -1)))) {
      cpSync(join(artifacts, name), join(this.run.directory, path), { recursive: true });
    }
  }

  private async shell(script: string, environment: Record<string, string>): Promise<boolean> {
    const [file, summary] = [join(this.temporary, "script.sh"), join(this.temporary, "summary")];
    writeFileSync(file, script);
    writeFileSync(summary, "");
    const env = {
      ...this.run.environment,
      CI: "true",
      ...this.run.jobEnvironment,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_OUTPUT: this.outputFile,
      ...environment,
    };
    const child = spawn("bash", ["-e", file], {
      cwd: join(this.run.directory, this.workingDirectory),
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.result.log += text;
      });
    }
    const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
    this.result.summary += readFileSync(summary, "utf8");
    return code === 0;
  }
}

/** The matrix values of each job. */
function matrixOf(job: WorkflowJob, contexts: Contexts): Record<string, string>[] {
  const [only, ...more] = Object.entries(job.strategy?.matrix ?? {});
  if (only === undefined) return [{}];
  if (more.length > 0) throw new Error("unsupported: a matrix with several names");
  const [name, text] = only;
  const [, expression = ""] = /^\$\{\{(.*)\}\}$/.exec(text) ?? [];
  const values = evaluate(expression, contexts, functionsOf(true)) as string[];
  return values.map((value) => ({ [name]: value }));
}

/** Without a status function, a condition is true only if all earlier steps succeeded. */
function isTrue(condition: string | undefined, contexts: Contexts, functions: Functions): boolean {
  const text = (condition ?? "success()").replace(/^\$\{\{(.*)\}\}$/, "$1");
  const guarded = /\b(always|cancelled|success|failure)\(/.test(text) ? text : `success() && (${text})`;
  return Boolean(evaluate(guarded, contexts, functions));
}

function functionsOf(succeeded: boolean): Functions {
  return {
    always: () => true,
    cancelled: () => false,
    success: () => succeeded,
    failure: () => !succeeded,
    fromJSON: (text) => JSON.parse(String(text)),
    join: (values, separator) => (values as string[]).join(String(separator)),
  };
}

function evaluateAll(values: object | undefined, contexts: Contexts): Record<string, string> {
  const entries = Object.entries(values ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key, interpolate(String(value), contexts, functionsOf(true))]),
  );
}
