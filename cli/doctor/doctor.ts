import { resolve } from "node:path";
import { createRedactor } from "../../provider/api";
import { systemClock } from "../../provider/base/clock";
import { stackOptions } from "../../provider/base/shell";
import { UsageError } from "../../stack/command-error";
import { type ExitCode, exitCodes } from "../../stack/exit-codes";
import type { StackChoice } from "../../stack/open";
import { isNodeProject, type ProjectFile, readProjectFile } from "../../stack/project-file";
import { databaseVariable } from "../fleet/access";
import { type AccountOptions, isDirectory, type ProjectOptions } from "../options";
import type { CommandIo } from "../terminal";
import { checkAccounts } from "./accounts";
import { ok, renderReport, reportOf } from "./checks";
import { checkConfiguration } from "./configuration";
import { checkBackend, checkPackages, checkPlugin, checkProgram, needsPlugin } from "./machine";
import { checkNetwork } from "./network";
import { inspectStack, noStack, type StackFindings } from "./stack";

type DoctorOptions = ProjectOptions & AccountOptions & { json?: true; verbose?: true };

/**
 * Runs all checks, and omits those that depend on a failed one.
 *
 * @throws UsageError if the directory does not exist, or a file of names cannot be read.
 */
export async function runDoctor(
  options: DoctorOptions,
  { terminal, environment }: CommandIo,
): Promise<ExitCode> {
  if (!isDirectory(options.cwd)) throw new UsageError(`--cwd: ${options.cwd} is not a directory`);
  const cwd = resolve(options.cwd);

  terminal.progress("checking Node.js, Pulumi and the project");
  const project = await readProjectFile(cwd);
  const {
    checks: machine,
    stack,
    usesPlugin,
  } = await checkMachine(project, { cwd, stack: options.stack, environment });
  const onStack = stackOptions(stack.stack ?? { directory: cwd, name: options.stack });

  const directory = project.programDirectory ?? cwd;
  const reader = { usesPlugin, project: project.name, directory, onStack };
  const known = checkConfiguration(stack.configuration ?? {}, environment, reader);

  terminal.progress("checking Pinterest");
  const network = known.validAddress ? await checkNetwork(known.configuration) : [];

  const accounts = await checkAccounts({
    ...options,
    known,
    used: stack.used,
    isUnreadable: stack.isUnreadable,
    onStack,
    isReachable: network.length > 0 && network.every(({ status }) => status === "ok"),
    now: systemClock.now,
    notify: terminal.note,
    onProgress: (done, all) => terminal.progress(`${done} of ${all} accounts checked`),
  });
  const { accessToken = "", refresh } = known.configuration;
  // A second safeguard, for example against a token in place of an account's name.
  const redact = createRedactor([accessToken, refresh?.refreshToken ?? "", refresh?.appSecret ?? ""]);
  const checks = [...machine, ...known.checks, ...network, ...accounts].map((check) => ({
    ...check,
    ...(check.account === undefined ? {} : { account: redact(check.account) }),
    found: redact(check.found),
    ...(check.remedy === undefined ? {} : { remedy: redact(check.remedy) }),
  }));
  const report = reportOf(checks);
  const { json, verbose = false } = options;
  terminal.out(json ? JSON.stringify(report, undefined, 2) : renderReport(report, terminal, verbose));
  return report.summary.errors > 0 ? exitCodes.error : exitCodes.ok;
}

/** Checks programs, packages, the engine's login and the stack, and whether the program or the stack's integrations use the plugin. */
async function checkMachine(project: ProjectFile, choice: StackChoice) {
  const { cwd, stack: stackName, environment } = choice;
  const { programDirectory } = project;
  const [node, engine] = await Promise.all([
    checkProgram("node", cwd, environment),
    checkProgram("engine", cwd, environment),
  ]);
  const backend = engine.status === "ok" ? [await checkBackend(cwd, environment)] : [];
  const hasProject = programDirectory !== undefined;
  // Workers create the project of a fleet themselves.
  const isFleet = !hasProject && stackName === undefined && Boolean(environment[databaseVariable]);
  let stack: StackFindings;
  if (backend[0]?.status !== "ok") stack = { ...noStack, isUnreadable: hasProject };
  else if (isFleet) {
    const found = `no stack needed: fleets have no Pulumi project of their own (${databaseVariable} is set)`;
    stack = { ...noStack, checks: [ok("stack", found)] };
  } else stack = await inspectStack(choice);
  const usesPlugin = needsPlugin(project, stack.hasPlugin);
  const checks = [
    node,
    engine,
    // Programs of other languages load neither package.
    ...(hasProject && isNodeProject(project) ? checkPackages(programDirectory, stackName) : []),
    ...(usesPlugin ? [checkPlugin(cwd, project, stack.hasPlugin, environment)] : []),
    ...backend,
    ...stack.checks,
  ];
  return { checks, stack, usesPlugin };
}
