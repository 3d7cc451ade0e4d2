import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts a value as JSON with a key of 32 bytes. {@link decrypt} needs the same `context`, such as the name of the value's owner. */
export function encrypt(key: Buffer, value: unknown, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(context));
  const text = Buffer.concat([cipher.update(JSON.stringify(value), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** @throws Error if the key or context is wrong, or the data was changed. */
export function decrypt(key: Buffer, encrypted: Buffer, context: string): unknown {
  const tagEnd = nonceBytes + tagBytes;
  const decipher = createDecipheriv(algorithm, key, encrypted.subarray(0, nonceBytes))
    .setAAD(Buffer.from(context))
    .setAuthTag(encrypted.subarray(nonceBytes, tagEnd));
  const text = Buffer.concat([decipher.update(encrypted.subarray(tagEnd)), decipher.final()]);
  return JSON.parse(text.toString("utf8"));
}
