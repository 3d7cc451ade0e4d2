import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface S3rver {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}

/** Starts an S3 server with one bucket, which only this machine can reach. */
export async function startS3(bucket: string) {
  const Server = require("@20minutes/s3rver") as new (options: object) => S3rver;
  const directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-s3-"));
  const server = new Server({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await server.run();
  return {
    url: `s3://${bucket}?endpoint=http://127.0.0.1:${port}&s3ForcePathStyle=true&region=us-east-1`,
    environment: { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" },
    stop: async () => {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
