import { beforeAll, expect, test } from "@jest/globals";
import { allowsDeletions, deletedBefore, nothingDeleted, requestsDeletions } from "../../expected/messages";
import { labOfFile } from "../helpers/lab";
import type { Declarations } from "../helpers/program";

// The real engine determines the time between deletions, and starts a process for each provider. For the other cases, see
// test/promises/deletes.test.ts.

const providers = ["default", "a", "b"];

const lab = labOfFile();
let explicit: string;

beforeAll(async () => {
  const ids = Array.from({ length: 30 }, (_, index) => `shop-${index + 1}`);
  const declared: Declarations = Object.fromEntries(
    ids.map((id, index) => {
      const provider = providers[index % providers.length];
      return [id, { args: { externalBusinessId: id }, options: `{ provider: providers.${provider} }` }];
    }),
  );
  const accessToken = lab.emulator.token();
  explicit = `const [a, b] = ["a", "b"].map((name) => new pinterest.Provider(name, { accessToken: "${accessToken}" }));
const providers = { default: undefined, a, b };`;
  lab.program(declared, explicit);
  await lab.succeed("config", "set", "pinterest:deleteLimit", "10");
  await lab.up();
});

test("the processes of all providers together delete no more than the limit", async () => {
  lab.program({}, explicit);
  const { output } = await lab.upFails("--parallel", "32");
  expect(output).toMatch(
    new RegExp(`${requestsDeletions("(1[1-9]|2\\d|30) deletions")}.*${allowsDeletions(10)}`),
  );
  expect(output).toContain("PINTEREST_DELETE_LIMIT=<number>");
  // The engine can delete the resources of one provider before it starts those of another.
  const remaining = lab.emulator.integrations().length;
  expect([20, 30]).toContain(remaining);
  expect(output.includes(nothingDeleted)).toBe(remaining === 30);
  expect(output.includes(deletedBefore("10 were"))).toBe(remaining === 20);
  expect(Object.keys(await lab.state())).toHaveLength(remaining);
});
