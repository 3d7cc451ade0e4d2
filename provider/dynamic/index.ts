import { endWithEngine } from "./engine-watch";
import { DynamicProvider } from "./provider";

export { dynamicType, providerKey, providerText } from "./constant";

/** What the text in state leads to. One instance serves all resources of a process. */
export const provider = new DynamicProvider();

// Under the SDK's own script this process was started by an engine, whose address is the last argument; the engine's own
// logging flags may stand before it.
if (require.main?.filename.includes("dynamic-provider")) {
  endWithEngine(process.argv.at(-1) ?? "", () => process.exit(1));
}
