import type { Target } from "./node.mts";

/** Marks Node.js. In an executable with an application, `:1` follows: https://nodejs.org/api/single-executable-applications.html */
export const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** `LC_CODE_SIGNATURE` of mach-o/loader.h. */
const codeSignatureCommand = 0x1d;

const signatureAlignment = 16;

/**
 * Checks an executable without running it.
 *
 * @throws Error if it is not one for the platform, does not contain the data, or is not signed although macOS requires it
 */
export function verifyExecutable(
  file: Buffer,
  { os, arch }: Pick<Target, "os" | "arch">,
  data: Buffer,
): void {
  const findings = {
    "is not a program of this platform": machineOf(file) !== `${os}-${arch}`,
    "does not start an application": !file.includes(`${fuse}:1`),
    "does not contain the plugin's code": !file.includes(data),
    "is not signed": os === "darwin" && !hasSignature(file),
  };
  const problem = Object.entries(findings).find(([, isFound]) => isFound)?.[0];
  if (problem !== undefined) throw new Error(`The executable for ${os}-${arch} ${problem}.`);
}

/** The platform of an executable, from the constants for machines in elf.h, mach/machine.h and winnt.h. */
function machineOf(file: Buffer): string | undefined {
  switch (file.readUInt32BE(0)) {
    case 0x7f454c46:
      return { 62: "linux-amd64", 183: "linux-arm64" }[file.readUInt16LE(18)];
    case 0xcffaedfe:
      return { 16777223: "darwin-amd64", 16777228: "darwin-arm64" }[file.readUInt32LE(4)];
    default:
      return isWindowsProgram(file) ? "windows-amd64" : undefined;
  }
}

function isWindowsProgram(file: Buffer): boolean {
  if (file.toString("latin1", 0, 2) !== "MZ") return false;
  const header = file.readUInt32LE(0x3c);
  return file.toString("latin1", header, header + 4) === "PE\0\0" && file.readUInt16LE(header + 4) === 0x8664;
}

/** Whether a program for macOS has a load command for a signature, which is aligned and ends with the file. */
function hasSignature(file: Buffer): boolean {
  const [commandsOffset, count] = [32, file.readUInt32LE(16)];
  let offset = commandsOffset;
  for (let command = 0; command < count; command += 1) {
    if (file.readUInt32LE(offset) === codeSignatureCommand) {
      const [start, size] = [file.readUInt32LE(offset + 8), file.readUInt32LE(offset + 12)];
      return start % signatureAlignment === 0 && start + size === file.length;
    }
    offset += file.readUInt32LE(offset + 4);
  }
  return false;
}
