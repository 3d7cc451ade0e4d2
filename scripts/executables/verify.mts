import type { Target } from "./node.mts";

/** Marks Node.js. In an executable with an application, `:1` follows: https://nodejs.org/api/single-executable-applications.html */
export const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** The header of a program for Linux: `Elf64_Ehdr` of elf.h. */
const elf = {
  magic: 0x7f454c46,
  machineOffset: 18,
  platforms: new Map([
    [62, "linux-amd64"],
    [183, "linux-arm64"],
  ]),
};

/** The header and the commands of a program for macOS: `mach_header_64`, `load_command` and `linkedit_data_command` of mach-o/loader.h. */
const machO = {
  magic: 0xcffaedfe,
  processorOffset: 4,
  platforms: new Map([
    [0x01000007, "darwin-amd64"],
    [0x0100000c, "darwin-arm64"],
  ]),
  commandCountOffset: 16,
  headerSize: 32,
  commandSizeOffset: 4,
  signatureCommand: 0x1d,
  signatureOffset: 8,
  signatureSizeOffset: 12,
  signatureAlignment: 16,
};

/** The headers of a program for Windows: `IMAGE_DOS_HEADER` and `IMAGE_NT_HEADERS` of winnt.h. */
const pe = {
  dosMagic: "MZ",
  headerAddressOffset: 0x3c,
  magic: "PE\0\0",
  machineOffset: 4,
  platforms: new Map([[0x8664, "windows-amd64"]]),
};

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
    "is not a program of this platform": platformOf(file) !== `${os}-${arch}`,
    "does not start an application": !file.includes(`${fuse}:1`),
    "does not contain the plugin's code": !file.includes(data),
    "is not signed": os === "darwin" && !hasSignature(file),
  };
  const problem = Object.entries(findings).find(([, isFound]) => isFound)?.[0];
  if (problem !== undefined) throw new Error(`The executable for ${os}-${arch} ${problem}.`);
}

/** The platform of an executable. Undefined if it is not known. */
function platformOf(file: Buffer): string | undefined {
  switch (file.readUInt32BE(0)) {
    case elf.magic:
      return elf.platforms.get(file.readUInt16LE(elf.machineOffset));
    case machO.magic:
      return machO.platforms.get(file.readUInt32LE(machO.processorOffset));
    default:
      return windowsPlatformOf(file);
  }
}

function windowsPlatformOf(file: Buffer): string | undefined {
  const hasTextAt = (text: string, offset: number) =>
    file.toString("latin1", offset, offset + text.length) === text;
  if (!hasTextAt(pe.dosMagic, 0)) return undefined;
  const header = file.readUInt32LE(pe.headerAddressOffset);
  return hasTextAt(pe.magic, header)
    ? pe.platforms.get(file.readUInt16LE(header + pe.machineOffset))
    : undefined;
}

/** Whether a program for macOS has a load command for a signature, which is aligned and ends with the file. */
function hasSignature(file: Buffer): boolean {
  const count = file.readUInt32LE(machO.commandCountOffset);
  let command = machO.headerSize;
  for (let index = 0; index < count; index += 1) {
    if (file.readUInt32LE(command) === machO.signatureCommand) {
      const start = file.readUInt32LE(command + machO.signatureOffset);
      const size = file.readUInt32LE(command + machO.signatureSizeOffset);
      return start % machO.signatureAlignment === 0 && start + size === file.length;
    }
    command += file.readUInt32LE(command + machO.commandSizeOffset);
  }
  return false;
}
