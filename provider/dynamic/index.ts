import { isRefreshRequested } from "../api/engine-command";
import { beforeEngineEnds } from "../runtime/engine-end";
import { endWithEngine } from "../runtime/engine-watch";
import { ProviderProcess } from "../runtime/provider-process";
import { LogProvider } from "./log-provider";
import { DynamicProvider } from "./provider";
import { setRefreshBeforeUpdate } from "./refresh-flag";

export { dynamicType, logProviderText, logType, providerKey, providerText } from "./constant";

/** Whether this process was started by an engine: under the SDK's own script. */
const underEngine = require.main?.filename.includes("dynamic-provider") === true;

// The engine's address is the last argument; its own logging flags may stand before it.
const engine = underEngine ? (process.argv.at(-1) ?? "") : "";

const shared = new ProviderProcess({
  engine,
  isRefreshRequested,
  ...(underEngine ? { beforeEnd: (action) => beforeEngineEnds(action, () => process.exit(0)) } : {}),
});

/** What the text in state leads to. One instance serves all commerce integrations of a process. */
export const provider = new DynamicProvider(shared);

/** The same for log entries. */
export const log = new LogProvider(shared);

if (underEngine) {
  setRefreshBeforeUpdate(require.main?.filename ?? "", () => shared.refreshBeforeUpdate);
  endWithEngine(engine, () => process.exit(1));
}
