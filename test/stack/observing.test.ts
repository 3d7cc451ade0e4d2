import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buildSync } from "esbuild";
import { observe } from "../../provider/run/observations";
import { parseRunContext, programContext } from "../../provider/run/run-context";
import { whileObserving } from "../../stack/preview";
import { testOnPosix } from "../platform";

const previewModule = join(__dirname, "../../stack/preview.ts");
const signalsModule = join(__dirname, "../../stack/signals.ts");
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "observing-test-"));
  mkdirSync(join(directory, "tmp"));
  buildSync({
    stdin: {
      contents: `
        import { stoppingWithProcess } from ${JSON.stringify(signalsModule)};
        import { whileObserving } from ${JSON.stringify(previewModule)};
        const observe = () => whileObserving({ declaredIn: "program" }, { reads: true }, ({ environment }) =>
          stoppingWithProcess((interrupt) => {
            console.log(environment.PINTEREST_RUN_CONTEXT);
            return new Promise((resolve) => {
              const running = setInterval(() => {}, 1000);
              interrupt.addEventListener("abort", () => {
                clearInterval(running);
                console.log("ended");
                resolve();
              });
            });
          }));
        void observe().then(() => console.log("continued"));
        void observe().then(() => console.log("continued"));
      `,
      resolveDir: __dirname,
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    outfile: join(directory, "observing.cjs"),
  });
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const fileOf = (context: string | undefined) =>
  parseRunContext({ PINTEREST_RUN_CONTEXT: context }).observe?.file ?? "";

testOnPosix("signals").each(["SIGINT", "SIGTERM"] as const)(
  "%s stops a command that observes several stacks once all engines have ended, and deletes the observations",
  async (signal) => {
    const child = spawn(process.execPath, [join(directory, "observing.cjs")], {
      env: { ...process.env, TMPDIR: join(directory, "tmp") },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
    let printed = "";
    const linesOf = () => printed.trimEnd().split("\n");
    for await (const text of child.stdout.setEncoding("utf8")) {
      printed += text;
      if (linesOf().length !== 2 || !printed.endsWith("\n")) continue;
      for (const request of linesOf()) expect(existsSync(fileOf(request))).toBe(true);
      child.kill(signal);
    }
    expect(await ended).toBe(130);
    const [one, other, ...rest] = linesOf();
    expect(rest).toEqual(["ended", "ended"]);
    for (const request of [one, other]) expect(existsSync(dirname(fileOf(request)))).toBe(false);
  },
);

test("a provider process continues if the command that observes it has ended", async () => {
  const before = process.listenerCount("SIGINT");
  const file = await whileObserving(programContext, { reads: true }, async ({ environment }) =>
    fileOf(environment.PINTEREST_RUN_CONTEXT),
  );
  expect(process.listenerCount("SIGINT")).toBe(before);
  expect(existsSync(dirname(file))).toBe(false);
  expect(() => observe({ kind: "inventory", integrations: [] }, { file, inventory: true })).not.toThrow();
});
