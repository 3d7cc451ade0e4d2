import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, scryptSync } from "node:crypto";
import type { Bag } from "../../provider/lifecycle/bags";
import { FleetError } from "../fleet-error";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** How long a new salt is. */
export const saltBytes = 16;

/**
 * Keeps secrets of merchants from whoever reads the database: sealed by a passphrase that workers have and PostgreSQL has not, each in
 * its place, so that one cannot be put in another's.
 */
export class Seal {
  private readonly sealing: Buffer;
  private readonly digesting: Buffer;

  /** @param salt the fleet's own, which is no secret. */
  constructor(passphrase: string, salt: Buffer) {
    // The engine's own way with passphrases is as slow; it is done once a process.
    const master = scryptSync(passphrase, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
    const derived = (purpose: string) => Buffer.from(hkdfSync("sha256", master, salt, purpose, 32));
    this.sealing = derived("secrets of merchants");
    this.digesting = derived("digest of merchants");
  }

  /** @param place what the secrets are of, which `open` has to be told again. Nothing where there are none. */
  close(secrets: Bag, place: string): Buffer | undefined {
    if (Object.keys(secrets).length === 0) return undefined;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.sealing, nonce).setAAD(Buffer.from(place));
    const text = Buffer.concat([cipher.update(JSON.stringify(secrets), "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  /** @throws FleetError where the passphrase is another, or what is kept was changed. */
  open(sealed: Buffer | null, place: string): Bag {
    if (sealed === null) return {};
    const decipher = createDecipheriv(algorithm, this.sealing, sealed.subarray(0, nonceBytes))
      .setAAD(Buffer.from(place))
      .setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
    try {
      const text = Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
      return JSON.parse(text.toString("utf8")) as Bag;
    } catch {
      throw new FleetError(
        `cannot decrypt the secrets of '${place}': they were encrypted with another passphrase, or changed`,
      );
    }
  }

  /** What is the same for the same text, and tells nothing of it without the passphrase. */
  digest(text: string): Buffer {
    return createHmac("sha256", this.digesting).update(text).digest();
  }
}
