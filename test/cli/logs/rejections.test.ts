import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Rejections } from "../../../provider/cli/logs/rejections";
import { temporaryDirectory } from "../../temporary-directory";

test.each([
  ["complete", '{"line":1}\n'],
  ["cut short", '{"line":1,"rea'],
])("a resumed run writes each rejected line on a line of its own after one that is %s", (_, before) => {
  const path = join(temporaryDirectory(), "rejected.log");
  writeFileSync(path, before);
  const rejections = Rejections.open({ note: () => {} }, path, true);
  rejections.add({ line: 2, faults: [{ reason: "is not JSON" }], text: "{", json: false });
  rejections.close();
  expect(readFileSync(path, "utf8")).toBe(
    `${before.trimEnd()}\n{"line":2,"reason":"is not JSON","entry":"{"}\n`,
  );
});
