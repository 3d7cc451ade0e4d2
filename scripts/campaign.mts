// Runs random sequences of the model (test/model) in rounds, each with a seed that repeats it.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";

const repository = resolve(import.meta.dirname, "..");

const { minutes, sequences, seed, ownership, fleet, engine } = new Command("npm run campaign --")
  .option("--minutes <number>", "start new rounds for this time", atLeast(0), 30)
  .option("--sequences <number>", "the sequences of a round on the test engine", atLeast(1), 5000)
  .option(
    "--seed <number>",
    "the seed of the first round (default: random); each further round adds 1",
    atLeast(0),
  )
  .option("--ownership", "run only sequences of several providers, which move resources between each other")
  .option(
    "--fleet",
    "instead, run a fleet of 3,000 merchants in 10 shards with two workers, and kill workers at random for this time",
  )
  .option("--no-engine", "omit the sequence of each round on the real engine")
  .addHelpText(
    "after",
    "\nA round that fails ends the campaign with exit code 1, and prints the command that repeats it.",
  )
  .parse()
  .opts();
const firstSeed = seed ?? Math.floor(Math.random() * 1e9);
process.exitCode = fleet ? runFleet() : runRounds();

function atLeast(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= minimum) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${minimum}.`);
  };
}

/** Runs a fleet, and prints the output of its tests as it arrives. */
function runFleet(): number {
  const { status } = spawnSync("jest", ["--config", "test/campaign/jest.config.js", "--verbose"], {
    cwd: repository,
    env: { ...process.env, FLEET_MINUTES: String(minutes), FLEET_SEED: String(firstSeed) },
    stdio: "inherit",
  });
  return status ?? 1;
}

function runRounds(): number {
  const suites = [
    ...(ownership ? [] : [{ name: "test engine", path: "test/model/model.test.ts", project: "unit" }]),
    { name: "several providers", path: "test/model/ownership.test.ts", project: "unit" },
    ...(ownership || !engine
      ? []
      : [{ name: "real engine", path: "test/engine/model.test.ts", project: "engine" }]),
  ];
  const endsAt = Date.now() + minutes * 60_000;
  for (let round = firstSeed; ; round += 1) {
    const variables = { MODEL_SEED: String(round), MODEL_RUNS: String(sequences) };
    for (const { name, path, project } of suites) {
      const startedAt = Date.now();
      const { status, stdout, stderr } = spawnSync("jest", [path, "--selectProjects", project], {
        cwd: repository,
        env: { ...process.env, ...variables },
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      });
      const time = `${Math.round((Date.now() - startedAt) / 1000)} s`;
      console.log(`seed ${round}, ${name}: ${status === 0 ? "passed" : "FAILED"} (${time})`);
      if (status !== 0) {
        const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
        console.log(`${stdout}${stderr}\nTo repeat it: ${settings.join(" ")} npm test -- ${path}`);
        return 1;
      }
    }
    if (Date.now() >= endsAt) return 0;
  }
}
