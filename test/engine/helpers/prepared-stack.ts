import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The engine's home, which all tests of a run share. */
const home = () => process.env.TEST_PULUMI_HOME ?? "";
/** The project with an empty stack that the engine creates once for all labs: `pulumi stack init` takes 0.3 s. */
const template = () => join(home(), "prepared-stack");
const settings = "Pulumi.test.yaml";
const backendVersion = ".pulumi/meta.yaml";

/** Where a file backend keeps a stack: `organization/project/stack`. */
function stackFile(backend: string, stack: string): string {
  return join(backend, ".pulumi/stacks", `${stack.slice("organization/".length)}.json`);
}

/** Creates what {@link copyPreparedStack} copies. */
export function prepareStack(environment: (backend: string) => NodeJS.ProcessEnv): void {
  const directory = template();
  const backend = join(directory, "backend");
  mkdirSync(backend, { recursive: true });
  writeFileSync(join(directory, "Pulumi.yaml"), "name: lab\nruntime: yaml\n");
  execFileSync("pulumi", ["stack", "init", "test", "--non-interactive"], {
    cwd: directory,
    env: environment(backend),
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** Does what `pulumi stack init test` does in a project: writes the empty stack and its settings, and selects the stack. */
export function copyPreparedStack(directory: string, backend: string): void {
  const prepared = template();
  const stack = `organization/${projectIn(directory)}/test`;
  const text = readFileSync(stackFile(join(prepared, "backend"), "organization/lab/test"), "utf8");
  write(stackFile(backend, stack), text.replace("organization/lab/test", stack));
  write(join(backend, backendVersion), readFileSync(join(prepared, "backend", backendVersion), "utf8"));
  write(join(directory, settings), readFileSync(join(prepared, settings), "utf8"));
  write(selectionFile(directory), JSON.stringify({ stacks: { [`file://${backend}`]: stack } }));
}

/** The file in which a file backend keeps the project's selected stack. */
export function selectedStackFile(directory: string, backend: string): string {
  const { stacks } = JSON.parse(readFileSync(selectionFile(directory), "utf8")) as {
    stacks: Record<string, string>;
  };
  return stackFile(backend, stacks[`file://${backend}`] ?? "");
}

/** Where the engine keeps which stack is selected: by the path of the project's file. */
function selectionFile(directory: string): string {
  const project = createHash("sha1").update(join(directory, "Pulumi.yaml")).digest("hex");
  return join(home(), "workspaces", `${projectIn(directory)}-${project}-workspace.json`);
}

function projectIn(directory: string): string {
  const name = /^name: (.+)$/m.exec(readFileSync(join(directory, "Pulumi.yaml"), "utf8"))?.[1];
  if (name === undefined) throw new Error("Pulumi.yaml has no name");
  return name;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
