import { statSync } from "node:fs";
import { expect, test } from "@jest/globals";

/** Jest's `test` for tests that need what Windows does not have. There, it prints the reason and skips them. */
export function testOnPosix(needed: string): typeof test {
  if (process.platform !== "win32") return test;
  process.stderr.write(
    `${expect.getState().testPath}: tests are skipped on Windows, which has no ${needed}\n`,
  );
  return test.skip as typeof test;
}

/** Expects that only its owner can access a file. On Windows, file modes do not show who has access. */
export function expectPrivate(path: string): void {
  if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
}

/** Runs an action in which `process.platform` names this system. */
export async function onPlatform<T>(platform: NodeJS.Platform, action: () => T | Promise<T>): Promise<T> {
  const { platform: own } = process;
  Object.defineProperty(process, "platform", { value: platform });
  try {
    return await action();
  } finally {
    Object.defineProperty(process, "platform", { value: own });
  }
}
