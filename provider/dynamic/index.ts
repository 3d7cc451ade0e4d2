import { ProviderProcess } from "../lifecycle/provider-process";
import { readEngineRun } from "../run/engine-command";
import { exitWithEngine, exitWithoutEngine, onTermination } from "../run/engine-lifetime";
import { EngineLogger } from "../run/engine-logger";
import { assertNode } from "../run/installation";
import { parseRunContext } from "../run/run-context";
import { DynamicProvider, LogProvider } from "./provider";
import { omitReturnedErrors, onCancel, patchServer } from "./sdk-server";

// A refresh or a destroy runs this process without the program, which checks this first.
assertNode();

/** Whether an engine started this process: it then runs the SDK's server script. */
const isStartedByEngine = require.main?.filename.includes("dynamic-provider") === true;

// The engine's address is the last argument, after the engine's logging flags.
const engine = isStartedByEngine ? (process.argv.at(-1) ?? "") : "";

const logger = new EngineLogger();
if (isStartedByEngine) logger.attach(engine);

const environment = process.env;

const shared = new ProviderProcess({
  engine,
  logger,
  environment,
  context: parseRunContext(environment),
  run: readEngineRun(environment),
});

/** The provider of the code in state. One instance serves all commerce integrations of a process. */
export const provider = new DynamicProvider(shared);

/** The provider of log entries. */
export const log = new LogProvider(shared);

if (isStartedByEngine) {
  patchServer(require.main?.filename ?? "");
  omitReturnedErrors(console);
  onCancel(() => shared.calls.cancel());
  onTermination(
    (signal) => shared.close(signal).then(() => logger.flush()),
    () => process.exit(0),
  );
  exitWithEngine(engine, () => exitWithoutEngine(() => process.exit(1)));
}
