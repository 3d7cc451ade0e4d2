import { problemWithUnknown } from "../api/message-text";
import {
  configurationKeyNames,
  configurationKeys,
  isConfigurationKey,
  readConfiguration,
  withoutNamespace,
} from "../config";
import type { Bag } from "../lifecycle";
import { containsUnknown } from "../lifecycle/unknown";
import { configurationTexts } from "./configuration-texts";
import { differenceOf } from "./difference";
import { encode, type Properties } from "./property-values";
import type { Difference } from "./resource";
import type { Struct } from "./sdk-libraries";

/** What the engine itself puts beside the keys of a provider's configuration. */
const engineKeys: readonly string[] = ["version", "pluginDownloadURL", "pluginChecksums"];

const secretKeys = configurationKeyNames.filter((key) => configurationKeys[key].secret);

/** Validates a provider's configuration. Problems name the key, and never the value. */
export function checkConfiguration(news: Properties): { inputs: Struct; problems: string[] } {
  const { values } = news;
  const problems = Object.keys(values)
    .filter((name) => !isConfigurationKey(name) && !engineKeys.includes(name) && !name.startsWith("__"))
    .map(
      (name) => `\`${name}\` ${problemWithUnknown(name, "key of the configuration", configurationKeyNames)}`,
    );
  if (!containsUnknown(values)) {
    try {
      readConfiguration(configurationTexts(news));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return { inputs: encode(values, [...news.secrets, ...secretKeys]), problems };
}

/**
 * What becomes of a provider's configuration. Nothing of it replaces the provider. Renewed credentials are a change too: of a provider
 * that is said to be unchanged the engine goes on to use the old configuration (`SameStep` in its resource/deploy).
 */
export function differenceOfConfiguration(olds: Properties, news: Properties): Difference {
  return { changes: differenceOf(own(olds), own(news)), replaces: [], stables: [] };
}

/** The keys and their values, also of a provider of the dynamic front end, which this one may be an alias of. */
function own({ values }: Properties): Bag {
  const entries = Object.entries(values).filter(([name]) => !engineKeys.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [withoutNamespace(name), value]));
}
