import { expect, test } from "@jest/globals";
import { fix } from "../../../cli/drift/fix";
import type { TargetCheck } from "../../../cli/drift/targets";
import type { MerchantReport } from "../../../stack/report";
import type { OpenStack } from "../../../stack/stack";
import { recordingTerminal } from "../helpers/terminal";

function merchant(name: string, more: Partial<MerchantReport>): MerchantReport {
  return {
    name,
    urn: name,
    externalBusinessId: name,
    status: "in-sync",
    properties: [],
    pending: [],
    ...more,
  };
}

const tag = { name: "connectedTagId", secret: false, program: "1", pinterest: "7" };
const drifted = merchant("drifted", { status: "drifted", properties: [tag] });
const missing = merchant("missing", { status: "missing" });

class FakeStack {
  fixes = 0;
  /** The targets of the last update. */
  targets: readonly string[] | undefined;
  readonly project = "shops";
  readonly directory = ".";
  constructor(
    readonly name: string,
    private readonly failure?: string,
  ) {}
  /** Whether the engine starts an operation before the update ends. */
  startsOperation = false;
  whileFixing = () => {};
  async update({ onEvent, targets }: Parameters<OpenStack["update"]>[0]): Promise<void> {
    this.fixes++;
    this.targets = targets;
    if (this.startsOperation) onEvent({ resourcePreEvent: { metadata: {} } } as never);
    this.whileFixing();
    if (this.failure !== undefined) throw new Error(this.failure);
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

const options = { parallel: 2, only: new Set(["drifted", "missing"]) };

test("skips a stack whose update would refuse a pending create, even if pending changes are included", async () => {
  const stack = new FakeStack("prod");
  const created = merchant("created", { pending: ["create"], forecast: { verdict: "created" } });
  const refused = merchant("refused", { pending: ["create"], forecast: { verdict: "foreign" } });
  const terminal = recordingTerminal();
  const fixing = (...merchants: MerchantReport[]) =>
    fix(
      [checkOf(stack, [drifted, ...merchants])],
      { ...options, includePending: true, yes: true },
      terminal,
      async () => true,
    );
  await fixing(created, refused);
  expect(stack.fixes).toBe(0);
  expect(terminal.notes()).toContain(
    'Skipped shops/prod: its update would fail for refused. See "Refused" in the report.',
  );
  await fixing(created);
  expect(stack.fixes).toBe(1);
});

test("lists the writes of the fix, and writes only after confirmation", async () => {
  const stack = new FakeStack("prod");
  const terminal = recordingTerminal();
  const printed: string[] = [];
  const { fixed } = await fix([checkOf(stack, [drifted, missing])], options, terminal, async (question) => {
    printed.push(terminal.notes(), question);
    return false;
  });
  expect(printed.join("")).toMatch(
    /shops\/prod\n +drifted: connectedTagId\n +missing: recreated\n.*Write these values to Pinterest/s,
  );
  expect(terminal.notes()).toContain("Nothing was written");
  expect([stack.fixes, fixed.size]).toEqual([0, 0]);
});

test("reports that there is nothing to fix, and does not ask for confirmation", async () => {
  const stack = new FakeStack("prod");
  const terminal = recordingTerminal();
  const unreachable = merchant("unreachable", { status: "unreachable" });
  const { fixed } = await fix([checkOf(stack, [unreachable])], options, terminal, async () => {
    throw new Error("asked for confirmation");
  });
  expect(terminal.notes()).toContain("There is no drift to fix");
  expect([stack.fixes, fixed.size]).toEqual([0, 0]);
});

test("fixes only stacks with drift, and continues after a failure", async () => {
  const [succeeding, failing, inSync] = [
    new FakeStack("a"),
    new FakeStack("b", "error: broken"),
    new FakeStack("c"),
  ];
  const { fixed } = await fix(
    [checkOf(succeeding, [drifted]), checkOf(failing, [missing]), checkOf(inSync, [merchant("in-sync", {})])],
    { ...options, yes: true },
    recordingTerminal(),
    async () => {
      throw new Error("asked for confirmation");
    },
  );
  expect([succeeding, failing, inSync].map(({ fixes }) => fixes)).toEqual([1, 1, 0]);
  expect([...fixed.values()]).toEqual([[], ["fixing drift: broken"]]);
});

/** The messages of a fix that the user does not confirm. */
async function notesOf(checks: readonly TargetCheck[], includePending?: true): Promise<string> {
  const terminal = recordingTerminal();
  await fix(checks, { ...options, ...(includePending && { includePending }) }, terminal, async () => false);
  return terminal.notes();
}

test("skips a stack with pending changes, unless they are included", async () => {
  const pending = merchant("pending", { pending: ["delete"] });
  const targets = [
    checkOf(new FakeStack("prod"), [drifted, pending], { othersChanged: ["urn::lab::aws:s3:Bucket::b"] }),
  ];
  expect(await notesOf(targets)).toBe(
    "Skipped shops/prod: the fix would also deploy pending changes (pending: delete; b of type aws:s3:Bucket). " +
      "Run `pulumi up --stack prod`, add --include-pending, or name the integrations to fix with --only.\n",
  );
  expect(await notesOf(targets, true)).toBe(`Fixing drift writes to Pinterest:
  shops/prod
    drifted: connectedTagId
    pending: delete (pending)
    b of type aws:s3:Bucket (pending)
Nothing was written.
`);
});

test("a skipped stack with accepted drift gets no advice to run an update of everything", async () => {
  const stack = new FakeStack("prod");
  const terminal = recordingTerminal();
  const pendingDrift = { ...drifted, pending: ["scopes"] };
  const accepted = merchant("accepted", { status: "drifted", properties: [tag] });
  await fix(
    [checkOf(stack, [pendingDrift, accepted])],
    { ...options, yes: true },
    terminal,
    async () => true,
  );
  expect(stack.fixes).toBe(0);
  expect(terminal.notes()).toContain(
    "name the integrations to fix with --only. `pulumi up` would also overwrite the drift that this fix leaves, such as accepted drift.",
  );
  expect(terminal.notes()).not.toContain("Run `pulumi up");
});

test("updates only the chosen integrations, without the pending changes of others", async () => {
  const stack = new FakeStack("prod");
  const pending = merchant("pending", { pending: ["scopes"] });
  const terminal = recordingTerminal();
  await fix(
    [checkOf(stack, [drifted, missing, pending], { othersChanged: ["urn::lab::aws:s3:Bucket::b"] })],
    { ...options, only: new Set(["missing"]), yes: true },
    terminal,
    async () => true,
  );
  expect(stack.targets).toEqual(["missing"]);
  expect(terminal.notes()).toContain("  shops/prod\n    missing: recreated\n");
  expect(terminal.notes()).not.toMatch(/pending|Bucket|connectedTagId/);
});

test("deploys no pending change of others if the integrations are named, even if nothing else has drifted", async () => {
  const stack = new FakeStack("prod");
  const pending = merchant("pending", { pending: ["delete"] });
  const scope = { ...options, only: new Set(["drifted"]), isLimited: true, yes: true } as const;
  await fix([checkOf(stack, [drifted, pending])], scope, recordingTerminal(), async () => true);
  expect(stack.targets).toEqual(["drifted"]);
});

test("skips a stack whose preview failed, even if pending changes are included", async () => {
  expect(await notesOf([checkOf(new FakeStack("prod"), [drifted], { failed: true })], true)).toBe(
    "Skipped shops/prod: its program or the engine failed. See the report.\n",
  );
});

test("names the stack in commands after a partly failed fix", async () => {
  const stack = new FakeStack("prod", "error: broken");
  stack.startsOperation = true;
  const terminal = recordingTerminal();
  await fix([checkOf(stack, [drifted])], { ...options, yes: true }, terminal, async () => true);
  expect(terminal.notes()).toContain("repeat the command, or run `pulumi up --stack prod`");
});

test("names each stack in commands after an interruption", async () => {
  const stacks = ["a", "b"].map((name) => new FakeStack(name));
  const terminal = recordingTerminal();
  for (const stack of stacks) stack.whileFixing = () => process.emit("SIGTERM");
  await fix(
    [checkOf(stacks[0] as FakeStack, [drifted]), checkOf(stacks[1] as FakeStack, [missing])],
    { ...options, parallel: 1, yes: true },
    terminal,
    async () => true,
  );
  expect(terminal.notes()).toContain("`pulumi cancel --yes --stack a`, `pulumi cancel --yes --stack b`");
  expect(terminal.notes()).toContain("`pulumi up --refresh --stack a`, `pulumi up --refresh --stack b`");
});
