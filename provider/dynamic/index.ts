import { endWithEngine } from "./engine-watch";
import { LogProvider } from "./log-provider";
import { ProviderProcess } from "./process";
import { DynamicProvider } from "./provider";

export { dynamicType, logProviderText, logType, providerKey, providerText } from "./constant";

const shared = new ProviderProcess();

/** What the text in state leads to. One instance serves all commerce integrations of a process. */
export const provider = new DynamicProvider(shared);

/** The same for log entries. */
export const log = new LogProvider(shared);

// Under the SDK's own script this process was started by an engine, whose address is the last argument; the engine's own
// logging flags may stand before it.
if (require.main?.filename.includes("dynamic-provider")) {
  endWithEngine(process.argv.at(-1) ?? "", () => process.exit(1));
}
