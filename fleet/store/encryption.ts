import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, scryptSync } from "node:crypto";
import type { Bag } from "../../provider/lifecycle/outputs";
import { FleetError } from "../fleet-error";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** Length of a new salt. */
export const saltBytes = 16;

/**
 * Encrypts merchants' secrets with a passphrase that workers have and PostgreSQL does not. Each is bound to its merchant, so that it cannot
 * be swapped with another one.
 */
export class Encryption {
  private readonly secretsKey: Buffer;
  private readonly digestKey: Buffer;

  /** @param salt the fleet's salt, which is not secret. */
  constructor(passphrase: string, salt: Buffer) {
    // As slow as the engine's own derivation. It runs once in each process.
    const master = scryptSync(passphrase, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
    const derived = (purpose: string) => Buffer.from(hkdfSync("sha256", master, salt, purpose, 32));
    this.secretsKey = derived("secrets of merchants");
    this.digestKey = derived("digest of merchants");
  }

  /**
   * Encrypts secrets; null if there are none.
   *
   * @param place what the secrets belong to. `decrypt` needs the same value.
   */
  encrypt(secrets: Bag, place: string): Buffer | null {
    if (Object.keys(secrets).length === 0) return null;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.secretsKey, nonce).setAAD(Buffer.from(place));
    const text = Buffer.concat([cipher.update(JSON.stringify(secrets), "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  /** @throws FleetError if the passphrase is wrong, or the data was changed. */
  decrypt(encrypted: Buffer | null, place: string): Bag {
    if (encrypted === null) return {};
    const decipher = createDecipheriv(algorithm, this.secretsKey, encrypted.subarray(0, nonceBytes))
      .setAAD(Buffer.from(place))
      .setAuthTag(encrypted.subarray(nonceBytes, nonceBytes + tagBytes));
    try {
      const text = Buffer.concat([
        decipher.update(encrypted.subarray(nonceBytes + tagBytes)),
        decipher.final(),
      ]);
      return JSON.parse(text.toString("utf8")) as Bag;
    } catch {
      throw new FleetError(
        `cannot decrypt the secrets of '${place}': the passphrase is wrong, or the stored data was changed. Check PINTEREST_FLEET_PASSPHRASE, or restore the fleet's database from a backup`,
      );
    }
  }

  /** Equal for equal strings. Reveals nothing about the string without the passphrase. */
  digest(text: string): Buffer {
    return createHmac("sha256", this.digestKey).update(text).digest();
  }
}
