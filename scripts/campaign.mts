// Runs random sequences of the model (test/model) in rounds, each with a seed that repeats it.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const repository = resolve(import.meta.dirname, "..");

const help = `Usage: npm run campaign -- [options]

  --minutes N    start new rounds for this time (default: 30)
  --sequences N  the number of sequences of a round on the test engine (default: 5000)
  --seed N       the seed of the first round; each further round adds 1 (default: random)
  --ownership    run only sequences of several providers, which move resources between each other
  --fleet        instead, run a fleet of 3,000 merchants in 10 shards with two workers, and kill workers at random for this time
  --no-engine    omit the 25 sequences of each round on the real engine
  --help         show this help

A round that fails ends the campaign with exit code 1, and prints the command that repeats it.
`;

interface Suite {
  readonly name: string;
  readonly path: string;
  readonly project: "unit" | "engine";
}

const model: Suite = { name: "test engine", path: "test/model/model.test.ts", project: "unit" };
const ownership: Suite = {
  name: "several providers",
  path: "test/model/ownership.test.ts",
  project: "unit",
};
const engine: Suite = { name: "real engine", path: "test/engine/model.test.ts", project: "engine" };

function wholeNumber(option: string, text: string, minimum: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new Error(`--${option} must be a whole number of at least ${minimum}, but is '${text}'`);
  }
  return value;
}

function runSuite(
  { path, project }: Suite,
  variables: Record<string, string>,
): { passed: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync("jest", [path, "--selectProjects", project], {
    cwd: repository,
    env: { ...process.env, ...variables },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return { passed: status === 0, output: `${stdout}${stderr}` };
}

/** Prints the output of the tests as it arrives. */
function runFleet(minutes: number, seed: number): number {
  const { status } = spawnSync("jest", ["--config", "test/campaign/jest.config.js", "--verbose"], {
    cwd: repository,
    env: { ...process.env, FLEET_MINUTES: String(minutes), FLEET_SEED: String(seed) },
    stdio: "inherit",
  });
  return status ?? 1;
}

function main(): number {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "30" },
      sequences: { type: "string", default: "5000" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
      ownership: { type: "boolean", default: false },
      fleet: { type: "boolean", default: false },
      engine: { type: "boolean", default: true },
      help: { type: "boolean", default: false },
    },
    allowNegative: true,
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (values.fleet) {
    return runFleet(wholeNumber("minutes", values.minutes, 0), wholeNumber("seed", values.seed, 0));
  }
  const endsAt = Date.now() + wholeNumber("minutes", values.minutes, 0) * 60_000;
  const sequences = String(wholeNumber("sequences", values.sequences, 1));
  const suites = values.ownership ? [ownership] : [model, ownership, ...(values.engine ? [engine] : [])];
  let seed = wholeNumber("seed", values.seed, 0);
  do {
    const variables = { MODEL_SEED: String(seed), MODEL_RUNS: sequences };
    for (const suite of suites) {
      const startedAt = Date.now();
      const { passed, output } = runSuite(suite, variables);
      const time = `${Math.round((Date.now() - startedAt) / 1000)} s`;
      process.stdout.write(`seed ${seed}, ${suite.name}: ${passed ? "passed" : "FAILED"} (${time})\n`);
      if (!passed) {
        const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
        process.stdout.write(`${output}\nTo repeat it: ${settings.join(" ")} npm test -- ${suite.path}\n`);
        return 1;
      }
    }
    seed += 1;
  } while (Date.now() < endsAt);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
