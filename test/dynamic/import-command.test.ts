import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynamicType, providerText } from "../../provider/dynamic";
import { importCommand } from "../../provider/dynamic/import-command";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "import-command-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

test.each(["shop-1", "it's", '"quoted" \\n $HOME `id`', "ä 😀 %s"])(
  "a shell writes the file for %j as the engine wants it",
  (externalBusinessId) => {
    const [write = "", run = "", ...more] = importCommand({ externalBusinessId }).split("\n");
    execFileSync("sh", ["-c", write], { cwd: directory });
    const properties = { __provider: providerText, externalBusinessId };
    expect(JSON.parse(readFileSync(join(directory, "import.json"), "utf8"))).toEqual({
      resources: [
        { type: dynamicType, name: "NAME", id: externalBusinessId, inputs: properties, outputs: properties },
      ],
    });
    expect(run).toMatch(/^ {2}pulumi import --file import\.json( |$)/);
    expect(more).toEqual([]);
  },
);
