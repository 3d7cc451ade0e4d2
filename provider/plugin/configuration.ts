import { problemWithUnknown } from "../api/message-text";
import {
  configurationKeyNames,
  isConfigurationKey,
  lookupIn,
  readConfiguration,
  rowOf,
  withoutNamespace,
} from "../config";
import type { Bag } from "../lifecycle/outputs";
import { containsUnknown } from "../lifecycle/values";
import { type Difference, differenceOf } from "./difference";
import { encode, type Properties } from "./property-values";
import type { Struct } from "./sdk-libraries";

/** Properties that the engine adds to a provider's configuration. */
const engineKeys: readonly string[] = ["version", "pluginDownloadURL", "pluginChecksums"];

const secretKeys = configurationKeyNames.filter((key) => rowOf(key).secret);

/** Validates a provider's configuration. Problems name the key, and never the value. */
export function checkConfiguration({ values, secrets }: Properties): { inputs: Struct; problems: string[] } {
  const problems = Object.keys(values)
    .filter((name) => !isConfigurationKey(name) && !engineKeys.includes(name) && !name.startsWith("__"))
    .map(
      (name) => `\`${name}\` ${problemWithUnknown(name, "key of the configuration", configurationKeyNames)}`,
    );
  if (!containsUnknown(values)) {
    try {
      readConfiguration(lookupIn(values));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return { inputs: encode(values, [...secrets, ...secretKeys]), problems };
}

/**
 * Compares configurations. No change replaces the provider. Renewed credentials are a change too: with an unchanged provider, the engine
 * continues to use the old configuration (`SameStep` in its pkg/resource/deploy).
 */
export function differenceOfConfiguration(olds: Properties, news: Properties): Difference {
  return { changes: differenceOf(keysOf(olds), keysOf(news)), replaces: [], stables: [] };
}

/** The keys without namespace. The provider can be an alias of one of the dynamic provider, whose keys have a namespace. */
function keysOf({ values }: Properties): Bag {
  const entries = Object.entries(values).filter(([name]) => !engineKeys.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [withoutNamespace(name), value]));
}
