import { spawn } from "node:child_process";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { messageOf } from "../provider/base/message-text";
import { CommandError } from "./command-error";
import { exitCodes } from "./exit-codes";

/** The result of an engine command. */
export interface EngineRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pulumi` commands for which the Automation API has no method. Resolves with any exit code, and rejects if `pulumi` is missing. */
export function runEngine(
  args: readonly string[],
  { cwd, environment, input, signal, interrupt }: EngineRunOptions,
): Promise<EngineRun> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd,
      env: { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" },
      stdio: ["pipe", "pipe", "pipe"],
      signal,
    });
    // If a command ends without reading its input, the pipe closes. That is not a failure.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    interrupt?.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? -1, ...output }));
  });
}

export interface EngineRunOptions {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the command. The promise is then rejected. */
  readonly signal?: AbortSignal;
  /** Lets the engine finish the operations in progress, and start no others. */
  readonly interrupt?: AbortSignal | undefined;
  /** @default nothing */
  readonly input?: string | undefined;
}

/**
 * The engine reports a failed read of a resource that the program declares with this prefix and, depending on the order of its events, a second
 * time without it: https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/deployment_executor.go
 */
const commandFailed = /^(?:preview|update|refresh) failed: /i;

/** Errors that only follow from another error. */
const secondaryError = /^(preview|update|refresh) failed$|^Error: resource .+ failed to register(?:\n|$)/;

/**
 * The error of Pulumi's dynamic provider process for a resource without the provider's text in state: the plugin wrote it, and the engine refreshes it with
 * the provider of the program.
 */
const withoutProviderText = "code must be a string, not undefined";

const explainWithoutProviderText =
  "state has the integration with the plugin, and the program declares it with the dynamic provider, which cannot read such state. Run `pulumi up` without " +
  "`--refresh` once: it writes nothing to Pinterest. Then repeat the command";

/** Collects why an engine command failed. Reads errors only, because other output can contain secrets in plaintext. */
export class EngineErrors {
  /** The resources of each error. Undefined is an error without a resource. */
  private readonly resources = new Map<string, Set<string | undefined>>();

  take({ diagnosticEvent }: EngineEvent): void {
    if (diagnosticEvent?.severity !== "error") return;
    const text = plainMessage(diagnosticEvent.message).replace(commandFailed, "");
    const message = text === withoutProviderText ? explainWithoutProviderText : text;
    if (message === "" || secondaryError.test(message)) return;
    this.resources.set(message, (this.resources.get(message) ?? new Set()).add(diagnosticEvent.urn));
  }

  /**
   * The failures of the engine, each once. The command's own message is among them if the engine crashed, because state may not be saved then, or if
   * the engine reported no failure.
   *
   * @param isExplained whether the caller reports the failures of a resource itself.
   */
  of(failure: unknown, isExplained: (urn: string) => boolean = () => false): string[] {
    const reported = [...this.resources].flatMap(([message, urns]) => {
      const { length } = [...urns].filter((urn) => urn === undefined || !isExplained(urn));
      return length === 0 ? [] : length === 1 ? [message] : [`${message} (${length} resources)`];
    });
    if (this.resources.size > 0 && !hasCrashed(failure)) return reported;
    return [...new Set([engineMessage(failure).replace(/^error: /, ""), ...reported])];
  }
}

/** Exit code of a Go program that panics. The engine then does not unlock the stack. */
export const panicExitCode = 2;

/** Whether an error of the Automation API is that of an engine that panicked, or that a signal ended (128 and its number). */
function hasCrashed(failure: unknown): boolean {
  const { commandResult } = failure as { commandResult?: { err?: { exitCode?: number } } };
  const code = commandResult?.err?.exitCode ?? 0;
  return code === panicExitCode || (code > 128 && code < 192);
}

/** The text of an engine's message, without credentials, and without color codes, which are in events even without colors. */
export function plainMessage(message: string): string {
  return withoutCredentials(message.replace(/<\{%[^%<]*%\}>/g, "")).trim();
}

/** The engine's message from an error of the Automation API, without credentials of addresses. */
export function engineMessage(error: unknown): string {
  const text = withoutCredentials(messageOf(error));
  // The error contains the output twice. A list of reasons follows in indented lines: "error: 2 errors occurred:\n\t* one\n\t* two".
  const errors = new Set(text.match(/^error: .*(?:\n(?:\t| {2,})\S.*)*/gm));
  return errors.size > 0 ? [...errors].join("\n") : (text.split("\n")[0] ?? text);
}

/** The engine prints a backend's address with its password. */
export function withoutCredentials(text: string): string {
  return (
    text
      // Up to the last `@`, because a password can contain one. The engine prints some addresses with one slash.
      .replace(/(\w:\/{1,2})[^\s/"']*@/g, "$1…@")
      .replace(/\b(password|passwd|pwd|secret|token)=[^\s&"']+/gi, "$1=…")
  );
}

/** A backend's address without credentials and parameters. */
export function plainAddress(url: string): string {
  return url.replace(/\/\/[^/]*@/, "//").replace(/\?.*$/s, "");
}

/** @throws CommandError with this summary and remedy, and with the engine's message as details. */
export async function orCommandError<T>(action: Promise<T>, summary: string, remedy?: string): Promise<T> {
  try {
    return await action;
  } catch (error) {
    throw new CommandError(summary, exitCodes.error, remedy, engineMessage(error));
  }
}
