import { isSea } from "node:sea";

/** The command as messages print it. Without npx, only npm's own scripts find it. */
export const ownCommand = "npx pulumi-pinterest";

/** Follows a command of {@link ownCommand} in the messages of providers, because users of the plugin's executable may not have Node.js. */
export const whereCommandRuns = isSea() ? " on a machine with Node.js" : "";

// The package refers to itself by its name, so that bundlers include the files: https://nodejs.org/api/packages.html#self-referencing-a-package-using-its-name

/** This package's version. */
export function packageVersion(): string {
  return (require("pulumi-pinterest/package.json") as { version: string }).version;
}

/**
 * The address of a heading in docs/troubleshooting, of this version. Undefined if the package has no `homepage`.
 *
 * @param page its file name, without the extension
 */
export function troubleshootingAddress(page: string, anchor: string): string | undefined {
  const { homepage } = require("pulumi-pinterest/package.json") as { homepage?: string };
  return homepage === undefined
    ? undefined
    : `${homepage}/blob/v${packageVersion()}/docs/troubleshooting/${page}.md#${anchor}`;
}

/** The plugin's schema, as JSON, which `npm run docs:references` writes. */
export function packageSchema(): string {
  return JSON.stringify(require("pulumi-pinterest/schema.json"));
}

/** The User-Agent header of requests. */
export function userAgent(): string {
  return `pulumi-pinterest/${packageVersion()} (+node/${process.versions.node})`;
}
