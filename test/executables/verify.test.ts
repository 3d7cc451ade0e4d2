import { describe, expect, test } from "@jest/globals";
import { verifyExecutable } from "../../scripts/executables/verify.mts";

const code = Buffer.from("the plugin's code");
const application = Buffer.concat([Buffer.from("NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1\0"), code]);

/** The start of an ELF file of a machine. */
function linux(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header.writeUInt16LE(machine, 18);
  return Buffer.concat([header, application]);
}

/** The start of a Mach-O file of a machine. Its only load command is for a signature at the end. */
function macOs(machine: number, command = 0x1d): Buffer {
  const [header, signature] = [Buffer.alloc(48), Buffer.from("signature")];
  const padding = Buffer.alloc(-application.length & 15);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(machine, 4);
  header.writeUInt32LE(1, 16);
  const values = [command, 16, header.length + application.length + padding.length, signature.length];
  for (const [index, value] of values.entries()) header.writeUInt32LE(value, 32 + 4 * index);
  return Buffer.concat([header, application, padding, signature]);
}

/** The start of a PE file of a machine. */
function windows(machine: number): Buffer {
  const header = Buffer.alloc(256);
  header.write("MZ");
  header.writeUInt32LE(128, 0x3c);
  header.write("PE\0\0", 128);
  header.writeUInt16LE(machine, 132);
  return Buffer.concat([header, application]);
}

const programs = [
  { os: "linux", arch: "amd64", program: linux(0x3e) },
  { os: "linux", arch: "arm64", program: linux(0xb7) },
  { os: "darwin", arch: "amd64", program: macOs(0x01000007) },
  { os: "darwin", arch: "arm64", program: macOs(0x0100000c) },
  { os: "windows", arch: "amd64", program: windows(0x8664) },
] as const;

describe.each(programs)("an executable for $os on $arch", ({ os, arch, program }) => {
  const verify = (file: Buffer) => () => verifyExecutable(file, { os, arch }, code);

  test("is accepted", () => {
    expect(verify(program)).not.toThrow();
  });

  test("is refused if it is for another platform", () => {
    for (const other of programs.filter((candidate) => candidate.program !== program))
      expect(verify(other.program)).toThrow("is not a program of this platform");
  });

  test("is refused if it does not start an application", () => {
    const file = Buffer.from(program);
    file.write("0", file.indexOf(":1\0") + 1);
    expect(verify(file)).toThrow("does not start an application");
  });

  test("is refused if it contains other code", () => {
    const file = Buffer.from(program);
    file.write("THE", file.indexOf(code));
    expect(verify(file)).toThrow("does not contain the plugin's code");
  });
});

test("an executable for macOS is refused without a signature, with an unaligned one, or with data after it", () => {
  const platform = { os: "darwin", arch: "arm64" } as const;
  const unsigned = macOs(0x0100000c, 0x1b);
  expect(() => verifyExecutable(unsigned, platform, code)).toThrow("is not signed");
  const unaligned = macOs(0x0100000c);
  unaligned.writeUInt32LE(unaligned.readUInt32LE(40) + 1, 40);
  expect(() => verifyExecutable(Buffer.concat([unaligned, Buffer.alloc(1)]), platform, code)).toThrow(
    "is not signed",
  );
  const longer = Buffer.concat([macOs(0x0100000c), Buffer.alloc(1)]);
  expect(() => verifyExecutable(longer, platform, code)).toThrow("is not signed");
});
