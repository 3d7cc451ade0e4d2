import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { buildSync } from "esbuild";
import { whileObserving } from "../../../provider/cli/stack/observing";
import { writeObservation } from "../../../provider/observation/file";
import type { ObservationRequest } from "../../../provider/observation/request";

const observing = join(__dirname, "../../../provider/cli/stack/observing.ts");
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "observing-test-"));
  mkdirSync(join(directory, "tmp"));
  buildSync({
    stdin: {
      contents: `
        import { whileObserving } from ${JSON.stringify(observing)};
        const observe = () => whileObserving({ reads: true }, ({ environment }) => {
          console.log(environment.PINTEREST_OBSERVE);
          return new Promise(() => setInterval(() => {}, 1000));
        });
        void observe();
        void observe();
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

const fileOf = (request: string | undefined) => (JSON.parse(request ?? "") as ObservationRequest).file;

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s ends a command that observes stacks at the same time, and leaves no file of theirs",
  async (signal) => {
    const child = spawn(process.execPath, [join(directory, "observing.cjs")], {
      env: { ...process.env, TMPDIR: join(directory, "tmp") },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    for await (const text of child.stdout.setEncoding("utf8")) {
      printed += text;
      const requests = printed.trimEnd().split("\n");
      if (requests.length < 2 || !printed.endsWith("\n")) continue;
      for (const request of requests) expect(existsSync(fileOf(request))).toBe(true);
      child.kill(signal);
    }
    const ended =
      child.signalCode ?? (await new Promise((resolve) => child.once("exit", (_, by) => resolve(by))));
    expect(ended).toBe(signal);
    for (const request of printed.trimEnd().split("\n")) {
      expect(existsSync(dirname(fileOf(request)))).toBe(false);
    }
  },
);

test("a provider process that outlives the command that asked it goes on", async () => {
  const before = process.listenerCount("SIGINT");
  const file = await whileObserving({ reads: true }, async ({ environment }) =>
    fileOf(environment.PINTEREST_OBSERVE),
  );
  expect(process.listenerCount("SIGINT")).toBe(before);
  expect(existsSync(dirname(file))).toBe(false);
  expect(() => writeObservation(file, { kind: "inventory", integrations: [] })).not.toThrow();
});
