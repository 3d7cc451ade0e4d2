import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A project with the stack `test` on an empty backend, made once by the engine for all labs: each would take a third of a second. */
const template = (home: string): string => join(home, "prepared-stack");

/** Has the engine make what {@link copyPreparedStack} copies. */
export function prepareStack(home: string, environment: (backend: string) => NodeJS.ProcessEnv): void {
  const directory = template(home);
  const backend = join(directory, "backend");
  mkdirSync(backend, { recursive: true });
  writeFileSync(join(directory, "Pulumi.yaml"), "name: lab\nruntime: yaml\n");
  execFileSync("pulumi", ["stack", "init", "test", "--non-interactive"], {
    cwd: directory,
    env: environment(backend),
    stdio: ["ignore", "ignore", "pipe"],
  });
}

/** What `pulumi stack init test` leaves behind in a project named `lab`: the stack in its backend, its settings, and that it is selected. */
export function copyPreparedStack(home: string, directory: string, backend: string): void {
  cpSync(join(template(home), "backend"), backend, { recursive: true });
  cpSync(join(template(home), "Pulumi.test.yaml"), join(directory, "Pulumi.test.yaml"));
  // The engine keeps the selection by the path of the project's file.
  const project = createHash("sha1").update(join(directory, "Pulumi.yaml")).digest("hex");
  const workspaces = join(home, "workspaces");
  mkdirSync(workspaces, { recursive: true });
  writeFileSync(
    join(workspaces, `lab-${project}-workspace.json`),
    JSON.stringify({ stacks: { [`file://${backend}`]: "organization/lab/test" } }),
  );
}
