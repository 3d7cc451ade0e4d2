// Plays the model's random sequences for as long as is wanted, each round with a seed of its own that replays it.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const repository = resolve(import.meta.dirname, "..");

const help = `Usage: npm run campaign -- [options]

  --minutes N    how long to begin new rounds (default: 30)
  --sequences N  how many sequences a round plays below the engine (default: 5000)
  --seed N       the first round's seed; the next ones count up from it (default: by chance)
  --ownership    only the sequences of several providers, which move resources between them
  --fleet        instead: 3,000 merchants in 30 shards with two workers, then workers that are killed at random for so many minutes
  --no-engine    without the 25 sequences that each round plays on the real engine
  --help         this text

A round that fails ends the campaign with 1, and says how to play it again.
`;

interface Suite {
  readonly name: string;
  readonly path: string;
  readonly project: "unit" | "engine";
}

const model: Suite = { name: "below the engine", path: "test/model/model.test.ts", project: "unit" };
const ownership: Suite = {
  name: "several providers",
  path: "test/model/ownership.test.ts",
  project: "unit",
};
const engine: Suite = { name: "on the engine", path: "test/engine/model.test.ts", project: "engine" };

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`--${option} takes a whole number of at least ${least}, not '${text}'`);
  }
  return value;
}

function play(
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

/** Figures are printed as they come. */
function playFleet(minutes: number, seed: number): number {
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
    return playFleet(wholeNumber("minutes", values.minutes, 0), wholeNumber("seed", values.seed, 0));
  }
  const until = Date.now() + wholeNumber("minutes", values.minutes, 0) * 60_000;
  const sequences = String(wholeNumber("sequences", values.sequences, 1));
  const suites = values.ownership ? [ownership] : [model, ownership, ...(values.engine ? [engine] : [])];
  let seed = wholeNumber("seed", values.seed, 0);
  do {
    const variables = { MODEL_SEED: String(seed), MODEL_RUNS: sequences };
    for (const suite of suites) {
      const began = Date.now();
      const { passed, output } = play(suite, variables);
      const took = `${Math.round((Date.now() - began) / 1000)} s`;
      process.stdout.write(`seed ${seed}, ${suite.name}: ${passed ? "passed" : "FAILED"} (${took})\n`);
      if (!passed) {
        const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
        process.stdout.write(
          `${output}\nTo play it again: ${settings.join(" ")} npm test -- ${suite.path}\n`,
        );
        return 1;
      }
    }
    seed += 1;
  } while (Date.now() < until);
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
