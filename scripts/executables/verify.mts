import type { Target } from "./node.mts";

/** In an executable with an application, the digit at the end is 1: https://nodejs.org/api/single-executable-applications.html */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1";

/** `LC_CODE_SIGNATURE` of mach-o/loader.h. */
const codeSignatureCommand = 0x1d;

/**
 * Checks an executable without running it.
 *
 * @throws Error if it is not one for the platform, does not contain the code, or is not signed although macOS requires it
 */
export function verifyExecutable(
  file: Buffer,
  { os, arch }: Pick<Target, "os" | "arch">,
  code: Buffer,
): void {
  const findings = {
    "is not a program of this platform": machineOf(file) !== `${os}-${arch}`,
    "does not start an application": !file.includes(fuse),
    "does not contain the plugin's code": !file.includes(code),
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

/** Whether a program for macOS has a load command for a signature that ends with the file. */
function hasSignature(file: Buffer): boolean {
  const [commandsOffset, count] = [32, file.readUInt32LE(16)];
  let offset = commandsOffset;
  for (let command = 0; command < count; command += 1) {
    if (file.readUInt32LE(offset) === codeSignatureCommand)
      return file.readUInt32LE(offset + 8) + file.readUInt32LE(offset + 12) === file.length;
    offset += file.readUInt32LE(offset + 4);
  }
  return false;
}
