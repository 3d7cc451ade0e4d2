import { expect, test } from "@jest/globals";
import { adopted } from "../../expected/messages";
import { Guide } from "../helpers/guide";
import { killEngineAt } from "../helpers/kill-points";
import { labOfFile } from "../helpers/lab";
import { ProviderProcesses } from "../helpers/provider-processes";

const guide = Guide.read("docs/large-stacks.md");
const count = 60;

const lab = labOfFile();

function declare(from: number, to: number): void {
  const names = Array.from({ length: to - from }, (_, index) => `shop-${from + index}`);
  lab.program(Object.fromEntries(names.map((name) => [name, { externalBusinessId: name }])));
}

test("runs more operations at a time", async () => {
  declare(0, 5);
  await guide.next(lab);
  expect(lab.emulator.integrations()).toHaveLength(5);
});

test("prints nothing about unchanged integrations with `--diff`", async () => {
  const { output } = await guide.next(lab);
  expect(output).toContain("6 unchanged");
  expect(output).not.toContain("shop-0");
});

test("saves the state at the end if checkpoints are skipped", async () => {
  declare(0, 10);
  await guide.next(lab);
  expect(Object.keys(await lab.state())).toHaveLength(10);
});

test("continues after a killed engine that saved no state, and creates nothing twice", async () => {
  declare(0, count);
  lab.emulator.clearRequests();
  lab.environment.PULUMI_SKIP_CHECKPOINTS = "true";
  const killPoint = { operation: "create", id: "shop-14", moment: "after" } as const;
  await killEngineAt(lab, new ProviderProcesses(lab), [killPoint], "up", "--yes", "--skip-preview");
  delete lab.environment.PULUMI_SKIP_CHECKPOINTS;
  const saved = Object.values(await lab.state()).map(({ id }) => id);
  expect(saved).toHaveLength(10);
  const created = lab.idsAtPinterest();
  expect(created.length).toBeLessThan(count);
  const { output } = await guide.next(lab);
  for (const id of created.filter((each) => !saved.includes(each))) expect(output).toContain(adopted(id));
  expect(lab.writes().filter((write) => write.startsWith("POST"))).toHaveLength(count - 10);
  expect(Object.keys(await lab.state())).toHaveLength(count);
});

test("changes nothing in the next update, with a lower limit", async () => {
  await guide.next(lab);
  await lab.up("--expect-no-changes");
});

test("runs every command of the guide", () => guide.finish());
