import { endWithEngine } from "./engine-watch";
import { DynamicProvider } from "./provider";

export { dynamicType, providerKey, providerText } from "./constant";

/** What the text in state leads to. One instance serves all resources of a process. */
export const provider = new DynamicProvider();

// Set by the SDK's own script: this process was started by an engine, whose address is its argument.
if (require.main?.filename.includes("dynamic-provider")) {
  endWithEngine(process.argv[2] ?? "", () => process.exit(1));
}
