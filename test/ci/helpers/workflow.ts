import { parse } from "yaml";

/** A step of a job: a shell script, or an action. */
export interface WorkflowStep {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  with?: Record<string, string | number | boolean>;
  run?: string;
  env?: Record<string, string>;
}

/** A job of a GitHub workflow, with the keys that the examples use. */
export interface WorkflowJob {
  needs?: string;
  if?: string;
  outputs?: Record<string, string>;
  /** A matrix with one name, whose value is an expression. */
  strategy?: { matrix: Record<string, string> };
  env?: Record<string, string>;
  steps: WorkflowStep[];
}

export interface Workflow {
  /** The directory of `run` steps. */
  defaults?: { run: { "working-directory": string } };
  jobs: Record<string, WorkflowJob>;
}

const supportedKeys = {
  workflow: ["name", "on", "permissions", "concurrency", "defaults", "jobs"],
  job: [
    "needs",
    "if",
    "runs-on",
    "timeout-minutes",
    "outputs",
    "permissions",
    "concurrency",
    "strategy",
    "env",
    "steps",
  ],
  step: ["name", "id", "if", "uses", "with", "run", "env"],
};

/**
 * Reads a workflow.
 *
 * @throws Error for a key that the test runner does not support
 */
export function readWorkflow(text: string): Workflow {
  const workflow = parse(text) as Workflow;
  only("workflow", workflow);
  for (const job of Object.values(workflow.jobs)) {
    only("job", job);
    for (const step of job.steps) only("step", step);
  }
  return workflow;
}

function only(kind: keyof typeof supportedKeys, value: object): void {
  const unknown = Object.keys(value).filter((key) => !supportedKeys[kind].includes(key));
  if (unknown.length > 0) throw new Error(`unsupported keys of a ${kind}: ${unknown.join(", ")}`);
}
