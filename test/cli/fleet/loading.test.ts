import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";

const commands = resolve(__dirname, "../../../dist/cli/fleet");

// Loading the SDK takes 0.4 s.
test.each(["init", "plan", "run", "results"])("loading the command %s does not load Pulumi's SDK", (name) => {
  const program = `require(${JSON.stringify(join(commands, `${name}.js`))});
    console.log(Object.keys(require.cache).filter((file) => file.includes("/@pulumi/pulumi/")).length);`;
  expect(spawnSync(process.execPath, ["-e", program], { encoding: "utf8" }).stdout).toBe("0\n");
});
