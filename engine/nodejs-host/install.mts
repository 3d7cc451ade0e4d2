import { type ChildProcess, spawn } from "node:child_process";

/**
 * Runs `<package manager> install` in a folder, as `pulumi install` asks.
 * @param output gets what it prints, as it comes.
 * @throws when it can't be started or fails.
 */
export async function installDependencies(
  packageManager: string,
  directory: string,
  output: { stdout(bytes: Buffer): void; stderr(bytes: Buffer): void },
  started: (child: ChildProcess) => void,
): Promise<void> {
  const child = spawn(packageManager, ["install"], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    // npm is a .cmd file there, which only a shell starts.
    shell: process.platform === "win32",
  });
  started(child);
  child.stdout.on("data", output.stdout);
  child.stderr.on("data", output.stderr);
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${packageManager} install ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}
