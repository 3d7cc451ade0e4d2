import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { pulumiVersion } from "../../../scripts/engine/build.mts";
import { Sandbox } from "./sandbox";

// Starting processes takes seconds on a busy machine.
jest.setTimeout(60_000);

describe("the official download", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => sandbox.remove());

  /** Replaces `fetch` with a release server whose installer runs `javascript` with the installer's arguments. */
  function serve(javascript: string): NodeJS.ProcessEnv {
    const installer = sandbox.write("installer.cjs", javascript);
    const script = `exec "${process.execPath}" "${installer}" "$@"`;
    const preload = sandbox.write(
      "network.cjs",
      `globalThis.fetch = async (url) => new Response(String(url).endsWith(".sh") ? ${JSON.stringify(script)} : "");`,
    );
    return { NODE_OPTIONS: `--require "${preload}"` };
  }

  const install = `const fs = require("fs"), path = require("path");
const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const bin = path.join(option("--install-root"), "bin");
fs.mkdirSync(bin, { recursive: true });
fs.writeFileSync(path.join(bin, "pulumi"), "#!/bin/sh\\necho v" + option("--version") + "\\n", { mode: 0o755 });`;

  test("takes precedence over a build, has the pinned version, and is cached", async () => {
    sandbox.addGo();
    const env = serve(install);
    expect((await sandbox.ensure(env)).stdout).toMatch(
      new RegExp(`^pulumi ${pulumiVersion}, downloaded from the official release: ${sandbox.path("cache")}`),
    );
    expect((await sandbox.ensure()).stdout).toContain("from the cache");
    expect(sandbox.read("builds")).toBe("");
  });

  test("falls back to the build if the installer fails, and leaves no files", async () => {
    sandbox.addGo();
    const env = serve(`${install} console.error("disk full"); process.exit(1);`);
    const { stdout, stderr } = await sandbox.ensure(env);
    expect(stderr).toContain("Official download: the installer failed: disk full");
    expect(stdout).toContain("built from Go modules");
    const pulumi = /: (.*)\n$/.exec(stdout)?.[1];
    expect(existsSync(`${pulumi}-language-nodejs`)).toBe(true);
    // The SDK's starter of dynamic providers is in the same directory.
    expect(existsSync(`${pulumi}-resource-pulumi-nodejs`)).toBe(true);
  });
});
