import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { goVersion } from "../../../scripts/engine/build.mts";
import { Sandbox } from "./sandbox";

// Starting processes takes seconds on a busy machine.
jest.setTimeout(60_000);

describe("the build from Go modules", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => sandbox.remove());

  test("names the required Go version if the installed one is too old", async () => {
    sandbox.addGo({ version: "go1.20.3" });
    const { code, stderr } = await sandbox.ensure();
    expect(stderr).toContain(`go1.20.3 is too old; install Go ${goVersion} or newer`);
    expect(sandbox.read("builds")).toBe("");
    expect(code).toBe(1);
  });

  test("ignores the user's Go settings, except the module proxy", async () => {
    sandbox.addGo();
    await sandbox.ensure({
      GOFLAGS: "-mod=vendor",
      GOWORK: "/elsewhere/go.work",
      GOOS: "plan9",
      CGO_ENABLED: "1",
      GOPROXY: "https://proxy.example",
    });
    expect(JSON.parse(sandbox.read("environment"))).toMatchObject({
      GOFLAGS: "-mod=readonly",
      GOWORK: "off",
      GOOS: "linux",
      GOARCH: "amd64",
      CGO_ENABLED: "0",
      GOPROXY: "https://proxy.example",
    });
  });
});

describe("without any engine", () => {
  test("one error names each source, its failure, and the remedy", async () => {
    const sandbox = new Sandbox();
    const { code, stdout, stderr } = await sandbox.ensure();
    sandbox.remove();
    const report = stderr.slice(stderr.indexOf("There is no usable Pulumi CLI"));
    expect(report).toContain("- On PATH: no pulumi");
    expect(report).toContain(`- In the cache: nothing at ${sandbox.path("cache")}`);
    expect(report).toMatch(/- Official download: .*127\.0\.0\.1:9/);
    expect(report).toContain("- Build from Go modules: Go is not installed");
    expect(report).toContain("Install Pulumi (https://www.pulumi.com/docs/install/)");
    expect(report).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });
});
