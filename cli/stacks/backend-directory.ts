import { homedir } from "node:os";

/** The directory of a file:// backend, where `~` is the home directory. */
export function backendDirectory(address: string): string {
  return decodeURI(address.slice("file://".length).replace(/\?.*$/, "")).replace(/^~/, homedir());
}
