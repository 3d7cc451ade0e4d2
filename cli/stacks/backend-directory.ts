import { homedir } from "node:os";

/** The directory of a backend whose address begins with file://, where `~` is the home directory. */
export function backendDirectory(address: string): string {
  return decodeURI(address.slice("file://".length).replace(/\?.*$/, "")).replace(/^~/, homedir());
}
