import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "@jest/globals";

// Loading zod takes 60 ms, and undici 100 ms.
test.each(["index", "sdk/native/index", "dynamic/index"])(
  "importing provider/%s loads neither zod nor undici",
  (name) => {
    const program = `require(${JSON.stringify(resolve(__dirname, `../../dist/provider/${name}.js`))});
    console.log(Object.keys(require.cache).filter((file) => /\\/node_modules\\/(zod|undici)\\//.test(file)).length);`;
    expect(spawnSync(process.execPath, ["-e", program], { encoding: "utf8" }).stdout).toBe("0\n");
  },
);
