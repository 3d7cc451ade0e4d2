import { expect, test } from "@jest/globals";
import { labOfFile } from "./helpers/lab";

// The engine's messages decide what `doctor` reports. For a valid project, see reference-samples.test.ts.

const lab = labOfFile();

interface Check {
  readonly id: string;
  readonly status: string;
  readonly found: string;
  readonly remedy?: string;
}

/** The checks of `doctor` that report an error. */
async function errors(...args: string[]): Promise<readonly Check[]> {
  const { stdout } = await lab.cli("doctor", "--json", ...args);
  const { checks }: { checks: Check[] } = JSON.parse(stdout);
  return checks.filter(({ status }) => status === "error");
}

test("reports a stack that is unreadable or missing, and an engine that is not logged in", async () => {
  await lab.succeed("config", "set", "--secret", "pinterest:accessToken", lab.emulator.token());
  await lab.succeed("stack", "change-secrets-provider", "passphrase");
  lab.environment.PULUMI_CONFIG_PASSPHRASE = "wrong";
  expect(await errors()).toMatchObject([
    {
      id: "stack",
      found: expect.stringMatching(
        /^the configuration of stack 'test' of project 'lab-\w+' cannot be read: incorrect passphrase/,
      ),
      remedy: expect.stringContaining("PULUMI_CONFIG_PASSPHRASE"),
    },
  ]);
  lab.environment.PULUMI_CONFIG_PASSPHRASE = "test";
  expect(await errors("-s", "nope")).toMatchObject([{ id: "stack" }]);
  delete lab.environment.PULUMI_BACKEND_URL;
  expect(await errors()).toMatchObject([
    { id: "backend", remedy: expect.stringMatching(/^Run `pulumi login`/) },
  ]);
});
