import { resolve } from "node:path";
import { systemClock } from "../../provider/api/clock";
import { createRedactor } from "../../provider/api/redact";
import { isOlder, oldestNode } from "../../provider/runtime/installation";
import { UsageError } from "../command-error";
import { databaseVariable } from "../fleet/access";
import { type AccountOptions, isDirectory, type ProjectOptions } from "../options";
import { isNodeProject, readProjectFile } from "../stack/project-file";
import { stackOptions } from "../text/shell";
import { checkAccounts } from "./accounts";
import { type Check, ok, warning } from "./check";
import { type ConfigurationFindings, checkConfiguration, checkTokenFile } from "./configuration";
import { checkBackend, checkEngine, checkNode } from "./engine";
import { checkNetwork, type NetworkFindings } from "./network";
import { checkPackages, checkPlugin, needsPlugin, programDirectory } from "./project";
import { checkProgram, checkStack, noStack, type StackFindings } from "./stack";

interface DoctorOptions extends ProjectOptions, AccountOptions {
  readonly notify: (message: string) => void;
  readonly onProgress: (text: string) => void;
}

/**
 * Runs all checks, and omits those that depend on a failed one. Changes the working directory to the program's.
 *
 * @throws UsageError if the directory does not exist, or a file of names cannot be read.
 */
export async function runChecks(options: DoctorOptions): Promise<Check[]> {
  const { account, accountsFile, notify, onProgress } = options;
  const cwd = checkedDirectory(options.cwd);
  const namesFile = accountsFile === undefined || accountsFile === "-" ? accountsFile : resolve(accountsFile);
  const environment = process.env;
  const now = systemClock.now;

  onProgress("checking Node.js, Pulumi and the project");
  const { checks: machine, stack, ...reader } = await checkMachine(cwd, options.stack, environment);
  const onStack = stackOptions(stack.stack ?? { directory: cwd, name: options.stack });

  // The provider runs there, so relative paths of the token file and the account command start there.
  process.chdir(programDirectory(cwd) ?? cwd);
  const known = checkConfiguration(stack.configuration ?? {}, environment, { ...reader, onStack });
  const { tokenFile } = known.configuration;
  const configuration = [...known.checks, ...(tokenFile === undefined ? [] : [checkTokenFile(tokenFile)])];

  onProgress("checking Pinterest");
  const network = await checkAddress(known, now);

  const isNamed = account.length > 0 || accountsFile !== undefined;
  const canPreview =
    network.isReachable && ![...machine, ...configuration].some(({ status }) => status === "error");
  if (canPreview && !isNamed) onProgress("running a preview of the program");
  const program =
    stack.stack === undefined || !canPreview || isNamed ? undefined : await checkProgram(stack.stack);
  const accounts = await checkAccounts({
    account,
    ...(namesFile === undefined ? {} : { accountsFile: namesFile }),
    known,
    used: {
      accounts: new Set([...stack.used.accounts, ...(program?.used.accounts ?? [])]),
      providers: new Set([...stack.used.providers, ...(program?.used.providers ?? [])]),
    },
    isUnreadable: stack.isUnreadable,
    onStack,
    isReachable: network.isReachable,
    now,
    notify,
    onProgress: (done, all) => onProgress(`${done} of ${all} accounts checked`),
  });
  const redact = redactor(known.configuration);
  return [
    ...machine,
    ...(program === undefined ? [] : [program.check]),
    ...configuration,
    ...network.checks,
    ...accounts,
  ].map((check) => redacted(check, redact));
}

function checkedDirectory(cwd: string): string {
  if (!isDirectory(cwd)) throw new UsageError(`--cwd: ${cwd} is not a directory`);
  return resolve(cwd);
}

/** The result of the checks that do not need Pinterest. */
interface MachineFindings {
  readonly checks: readonly Check[];
  readonly stack: StackFindings;
  /** Whether the program or the stack's integrations use the plugin. */
  readonly usesPlugin: boolean;
  /** The project's name; undefined without a project. */
  readonly project: string | undefined;
}

/** Checks programs, packages, the engine's login and the stack. */
async function checkMachine(
  cwd: string,
  stackName: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<MachineFindings> {
  const project = await readProjectFile(cwd);
  const [node, engine] = await Promise.all([
    checkNode(cwd, environment),
    checkEngine(cwd, environment, project.runtime),
  ]);
  const backend = engine.canRun ? [await checkBackend(cwd)] : [];
  const hasProject = programDirectory(cwd) !== undefined;
  const isFleet = !hasProject && stackName === undefined && Boolean(environment[databaseVariable]);
  const stack =
    backend[0]?.status !== "ok"
      ? { ...noStack, isUnreadable: hasProject }
      : isFleet
        ? fleetWithoutProject
        : await checkStack({ cwd, stack: stackName });
  const usesPlugin = needsPlugin(project, stack.hasPlugin);
  const checks = [
    node,
    ...engine.checks,
    // Programs of other languages load neither package.
    ...(isNodeProject(project) ? checkPackages(cwd, stackName) : []),
    ...(usesPlugin ? [checkPlugin(cwd, project, stack.hasPlugin, environment)] : []),
    ...backend,
    ...stack.checks,
  ];
  return { checks, stack, usesPlugin, project: project.name };
}

/** Workers create the project of a fleet themselves. */
const fleetWithoutProject: StackFindings = {
  ...noStack,
  checks: [
    ok("stack", `no stack needed: fleets have no Pulumi project of their own (${databaseVariable} is set)`),
  ],
};

async function checkAddress(known: ConfigurationFindings, now: () => number): Promise<NetworkFindings> {
  if (!known.validAddress) return { checks: [], isReachable: false };
  // The HTTP library would fail with a message that does not mention the network.
  if (isOlder(process.versions.node, oldestNode)) {
    const found = `not checked: this command runs on Node.js ${process.versions.node}, which is too old`;
    return { checks: [warning("api", found, "Run it with a newer Node.js.")], isReachable: false };
  }
  return checkNetwork(known.configuration, now);
}

/** Redacts secrets as a second safeguard, for example a token in place of an account's name. */
function redactor({ accessToken = "", refresh }: ConfigurationFindings["configuration"]) {
  return createRedactor([accessToken, refresh?.refreshToken ?? "", refresh?.appSecret ?? ""]);
}

function redacted(check: Check, redact: (text: string) => string): Check {
  const { account, found, remedy } = check;
  return {
    ...check,
    ...(account === undefined ? {} : { account: redact(account) }),
    found: redact(found),
    ...(remedy === undefined ? {} : { remedy: redact(remedy) }),
  };
}
