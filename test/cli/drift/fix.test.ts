import { expect, test } from "@jest/globals";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { fix } from "../../../cli/drift/fix";
import type { TargetCheck } from "../../../cli/drift/targets";
import type { MerchantReport } from "../../../stack/report";
import type { OpenStack } from "../../../stack/stack";
import { nothingWritten, skippedForPending } from "../../expected/reports";
import { recordingTerminal } from "../helpers/terminal";
import { eventsOf } from "./helpers/engine-events";
import { merchant } from "./helpers/example";

const tag = { name: "connectedTagId", secret: false, program: "1", pinterest: "7" };
const drifted = merchant("drifted", { urn: "drifted", status: "drifted", properties: [tag] });
const missing = merchant("missing", { urn: "missing", status: "missing" });
const pendingOf = (...pending: string[]) => merchant("pending", { pending });

/** A stack that records the targets of its updates. */
class FakeStack {
  readonly updates: (readonly string[] | undefined)[] = [];
  readonly project = "shops";
  readonly directory = ".";
  constructor(
    readonly name = "prod",
    private readonly onUpdate: (onEvent: (event: EngineEvent) => void) => void = () => {},
  ) {}
  async update({ onEvent, targets }: Parameters<OpenStack["update"]>[0]): Promise<void> {
    this.updates.push(targets);
    // The engine starts an operation.
    onEvent({ resourcePreEvent: { metadata: {} } } as never);
    this.onUpdate(onEvent);
  }
}

function checkOf(
  stack: FakeStack,
  merchants: MerchantReport[],
  more: Partial<TargetCheck> = {},
): TargetCheck {
  return {
    stack: stack as unknown as OpenStack,
    report: { project: "shops", stack: stack.name, directory: ".", merchants, errors: [] },
    integrations: [],
    inventory: [],
    failed: false,
    othersChanged: [],
    ...more,
  };
}

type Options = Parameters<typeof fix>[1];

/** Fixes the drift of the integrations `drifted` and `missing`. Without `yes`, the user declines. */
async function fixing(checks: TargetCheck[], options: Partial<Options> = {}) {
  const terminal = recordingTerminal();
  const questions: string[] = [];
  const all: Options = { parallel: 1, only: new Set(["drifted", "missing"]), ...options };
  const { failuresByStack } = await fix(checks, all, terminal, async (question) => {
    questions.push(question);
    return false;
  });
  return { failuresByStack, questions, notes: terminal.notes() };
}

test("lists the writes of the fix, and writes only after confirmation", async () => {
  const stack = new FakeStack();
  // Its secrets are not managed, so the update only changes state.
  const recreated = merchant("recreated", { urn: "recreated", status: "drifted", recreated: true });
  const only = new Set(["drifted", "missing", "recreated"]);
  const { failuresByStack, questions, notes } = await fixing(
    [checkOf(stack, [drifted, missing, recreated])],
    { only },
  );
  expect(questions).toEqual([expect.stringContaining("Write these values to Pinterest")]);
  expect(notes).toBe(`Fixing drift writes to Pinterest:
  shops/prod
    drifted: connectedTagId
    missing: recreated
    recreated: only the new integration ID, in state
${nothingWritten}
`);
  expect([stack.updates, failuresByStack.size]).toEqual([[], 0]);
});

test("does not ask for confirmation if there is nothing to fix", async () => {
  const unreachable = merchant("unreachable", { status: "unreachable" });
  const { questions, notes } = await fixing([checkOf(new FakeStack(), [unreachable])]);
  expect(questions).toEqual([]);
  expect(notes).toContain("There is no drift to fix");
});

test("fixes only stacks with drift, and continues after a failure", async () => {
  const failing = new FakeStack("b", () => {
    throw new Error("error: broken");
  });
  const [succeeding, inSync] = [new FakeStack("a"), new FakeStack("c")];
  const checks = [
    checkOf(failing, [missing]),
    checkOf(succeeding, [drifted]),
    checkOf(inSync, [merchant("in-sync")]),
  ];
  const { failuresByStack, notes } = await fixing(checks, { yes: true });
  expect([succeeding, failing, inSync].map(({ updates }) => updates.length)).toEqual([1, 1, 0]);
  expect([...failuresByStack.values()]).toEqual([["fixing drift: broken"], []]);
  expect(notes).toContain("repeat the command, or run `pulumi up --stack b`");
});

test("does not advise an update of everything after the failure of a fix of chosen integrations", async () => {
  const stack = new FakeStack("prod", () => {
    throw new Error("error: broken");
  });
  const { notes } = await fixing([checkOf(stack, [drifted])], { isLimited: true, yes: true });
  expect(notes).toContain("shops/prod: some values were not written. To write them, repeat the command.\n");
});

test("reports that nothing was written if the engine failed before the first resource", async () => {
  const stack = new FakeStack();
  stack.update = () => Promise.reject(new Error("error: the stack is locked"));
  const { failuresByStack, notes } = await fixing([checkOf(stack, [drifted])], { yes: true });
  expect(notes).toContain("shops/prod: nothing was written.\n");
  expect([...failuresByStack.values()]).toEqual([["fixing drift: the stack is locked"]]);
});

test("prints each write and each failed write of an integration", async () => {
  const [, failed] = eventsOf({ op: "update", name: "ulm" });
  const events = [
    ...eventsOf(
      { op: "update", name: "berlin" },
      { op: "create-replacement", name: "essen" },
      { op: "same", name: "bonn" },
      { op: "create", name: "bucket", type: "aws:s3:Bucket" },
    ),
    { resOpFailedEvent: failed?.resOutputsEvent } as unknown as EngineEvent,
  ];
  const stack = new FakeStack("prod", (onEvent) => events.forEach(onEvent));
  const { notes } = await fixing([checkOf(stack, [drifted])], { yes: true });
  expect(notes.split("\n").filter((line) => line.startsWith("shops/prod:"))).toEqual([
    "shops/prod: updated berlin",
    "shops/prod: recreated essen",
    "shops/prod: ulm could not be updated",
  ]);
});

const bucket = { othersChanged: ["urn::lab::aws:s3:Bucket::b"] };

test.each<[string, MerchantReport[], Partial<TargetCheck>, Partial<Options>, note: string]>([
  [
    "with pending changes, unless they are included",
    [drifted, pendingOf("delete")],
    bucket,
    {},
    `Skipped shops/prod: ${skippedForPending} (pending: delete; b of type aws:s3:Bucket). ` +
      "Run `pulumi up --stack prod` or add --include-pending, or name integrations without pending changes with --only.\n",
  ],
  [
    "with accepted drift, without the advice to run an update of everything",
    [{ ...drifted, pending: ["scopes"] }, merchant("accepted", { status: "drifted", properties: [tag] })],
    {},
    {},
    "Add --include-pending. `pulumi up` would also overwrite the drift that this fix leaves, such as accepted drift.",
  ],
  [
    "whose update would refuse a pending create, even if pending changes are included",
    [drifted, merchant("refused", { pending: ["create"], forecast: { verdict: "foreign" } })],
    {},
    { includePending: true },
    'Skipped shops/prod: its update would fail for refused. See "Refused" in the report.',
  ],
  [
    "with a renamed integration that has drifted, even if pending changes are included",
    [{ ...drifted, renamedFrom: "old" }],
    {},
    { includePending: true },
    "Skipped shops/prod: the update of a renamed integration fails if it has drifted. First give the resource the alias in the report.\n",
  ],
  [
    "whose preview failed, even if pending changes are included",
    [drifted],
    { failed: true },
    { includePending: true },
    "Skipped shops/prod: its program or the engine failed. See the report.\n",
  ],
])("skips a stack %s", async (_what, merchants, check, options, note) => {
  const stack = new FakeStack();
  const { notes } = await fixing([checkOf(stack, merchants, check)], { yes: true, ...options });
  expect(notes).toContain(note);
  expect(notes.includes("Run `pulumi up")).toBe(note.includes("Run `pulumi up"));
  expect(stack.updates).toEqual([]);
});

test("lists pending changes that are included", async () => {
  const check = checkOf(new FakeStack(), [drifted, pendingOf("delete")], bucket);
  expect((await fixing([check], { includePending: true })).notes).toBe(`Fixing drift writes to Pinterest:
  shops/prod
    drifted: connectedTagId
    pending: delete (pending)
    b of type aws:s3:Bucket (pending)
${nothingWritten}
`);
});

test("updates only the chosen integrations, without the pending changes of others", async () => {
  const stack = new FakeStack();
  const check = checkOf(stack, [drifted, missing, pendingOf("scopes")], bucket);
  const { notes } = await fixing([check], { only: new Set(["missing"]), yes: true });
  expect(notes).toContain("  shops/prod\n    missing: recreated\n");
  expect(notes).not.toMatch(/pending|Bucket|connectedTagId/);
  const named = { only: new Set(["drifted"]), isLimited: true, yes: true } as const;
  await fixing([checkOf(stack, [drifted, pendingOf("delete")])], named);
  expect(stack.updates).toEqual([["missing"], ["drifted"]]);
});

test("names each stack in commands after an interruption, and no update of everything after a limited fix", async () => {
  const checks = ["a", "b"].map((name) =>
    checkOf(new FakeStack(name, () => process.emit("SIGTERM")), [drifted]),
  );
  const { notes } = await fixing(checks, { yes: true });
  expect(notes).toContain("`pulumi cancel --yes --stack a`, `pulumi cancel --yes --stack b`");
  expect(notes).toContain("`pulumi up --refresh --stack a`, `pulumi up --refresh --stack b`");
  const stack = new FakeStack("a", () => process.emit("SIGTERM"));
  const limited = await fixing([checkOf(stack, [drifted])], { isLimited: true, yes: true });
  expect(limited.notes).toContain(" Then repeat the command to write the rest.\n");
});
