import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";

/** The engine's home directory, which all tests of a run share. */
const home = () => process.env.TEST_PULUMI_HOME ?? "";
/** A project with an empty stack, created once for all labs because `pulumi stack init` takes 0.3 s. */
const template = () => join(home(), "prepared-stack");
const settings = "Pulumi.test.yaml";
const backendVersion = ".pulumi/meta.yaml";

/** The file of a stack (`organization/project/stack`) in a file backend. */
function stackFile(backend: string, stack: string): string {
  return join(backend, ".pulumi/stacks", `${stack.slice("organization/".length)}.json`);
}

/**
 * Creates the files for {@link copyPreparedStack}. The stack's encryption key comes from a key service: deriving it from a passphrase adds
 * 0.16 s to each command.
 */
export async function prepareStack(environment: (backend: string) => NodeJS.ProcessEnv): Promise<void> {
  process.env.VAULT_SERVER_URL = await startKeyService();
  process.env.VAULT_SERVER_TOKEN = "test";
  const directory = template();
  const backend = join(directory, "backend");
  mkdirSync(backend, { recursive: true });
  writeFileSync(join(directory, "Pulumi.yaml"), "name: lab\nruntime: yaml\n");
  const args = ["stack", "init", "test", "--secrets-provider", "hashivault://test", "--non-interactive"];
  await promisify(execFile)("pulumi", args, { cwd: directory, env: environment(backend) });
}

/**
 * Starts a fake of HashiCorp Vault's transit API (https://developer.hashicorp.com/vault/api-docs/secret/transit), which does not encrypt.
 * The server stops with this process.
 *
 * @returns its URL
 */
async function startKeyService(): Promise<string> {
  const prefix = "vault:v1:";
  const server = createServer(async (request, response) => {
    const { plaintext = "", ciphertext = "" } = (await json(request)) as Record<string, string>;
    const isEncryption = request.url?.startsWith("/v1/transit/encrypt/") === true;
    const data = isEncryption
      ? { ciphertext: prefix + plaintext }
      : { plaintext: ciphertext.slice(prefix.length) };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ data }));
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Replaces `pulumi stack init test` in a project: writes the empty stack and its settings, and selects the stack. */
export function copyPreparedStack(directory: string, backend: string): void {
  const prepared = template();
  const stack = `organization/${projectIn(directory)}/test`;
  const text = readFileSync(stackFile(join(prepared, "backend"), "organization/lab/test"), "utf8");
  write(stackFile(backend, stack), text.replace("organization/lab/test", stack));
  write(join(backend, backendVersion), readFileSync(join(prepared, "backend", backendVersion), "utf8"));
  write(join(directory, settings), readFileSync(join(prepared, settings), "utf8"));
  const selection = readFileSync(selectionFile(realpathSync(prepared)), "utf8");
  write(
    selectionFile(directory),
    selection.replace(join(prepared, "backend"), backend).replace("organization/lab/test", stack),
  );
}

/** The file of the project's selected stack in a file backend. */
export function selectedStackFile(directory: string, backend: string): string {
  // Pulumi 3.254 stores one stack for all backends.
  const { stack = "", stacks = {} } = JSON.parse(readFileSync(selectionFile(directory), "utf8")) as {
    stack?: string;
    stacks?: Record<string, string>;
  };
  return stackFile(backend, stacks[`file://${backend}`] ?? stack);
}

/** The file in which the engine stores the selected stack of a project. */
function selectionFile(directory: string): string {
  const project = createHash("sha1").update(join(directory, "Pulumi.yaml")).digest("hex");
  return join(home(), "workspaces", `${projectIn(directory)}-${project}-workspace.json`);
}

/** The name in the Pulumi.yaml of a directory. */
export function projectIn(directory: string): string {
  const name = /^name: (.+)$/m.exec(readFileSync(join(directory, "Pulumi.yaml"), "utf8"))?.[1];
  if (name === undefined) throw new Error("Pulumi.yaml has no name");
  return name;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
