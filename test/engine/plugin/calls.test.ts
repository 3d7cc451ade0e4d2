import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

let lab: Lab;

/** The tests share one stack: each one changes its own part of the program. */
const program: Record<string, Record<string, unknown>> = {
  vanished: { externalBusinessId: "vanished", connectedTagId: "1" },
  updated: { externalBusinessId: "updated", connectedTagId: "1" },
  limited: { externalBusinessId: "limited", connectedTagId: "1" },
};

function declare(changes: typeof program, options?: string): void {
  Object.assign(program, changes);
  const declarations = Object.entries(program).map(([name, args]) => [name, { args, options }]);
  lab.program(Object.fromEntries(declarations));
}

beforeAll(async () => {
  // Long limits, so that requests end only for the reason that a test checks.
  lab = await Lab.open({
    providerType: "plugin",
    environment: {
      PINTEREST_REQUEST_TIMEOUT: "3600",
      PINTEREST_OPERATION_TIMEOUT: "3600",
      PINTEREST_DETECT_DRIFT: "refresh",
    },
  });
  declare({});
  await lab.up();
});

afterAll(() => lab.close());

/** The diagnostics of a command with `--json`. */
function diagnostics(stdout: string): { urn: string; message: string; severity: string }[] {
  return stdout.split("\n").flatMap((line) => {
    const event = line.startsWith("{") ? JSON.parse(line).diagnosticEvent : undefined;
    return event === undefined ? [] : [event];
  });
}

/** Resolves when the emulator has received these requests. */
function requestsFor(expected: readonly string[]): Promise<void> {
  const missing = new Set(expected);
  return new Promise((resolve) => {
    const stop = lab.emulator.onRequest(({ method, external_business_id }) => {
      missing.delete(`${method} ${external_business_id}`);
      if (missing.size > 0) return;
      stop();
      resolve();
    });
  });
}

test("attributes messages about an integration to its resource, including waits", async () => {
  lab.emulator.remove("vanished");
  lab.emulator.armFault({
    kind: "answer",
    operation: "create",
    external_business_id: "waits",
    preset: "rate-limit",
    headers: { "retry-after": "3" },
  });
  declare({
    vanished: { externalBusinessId: "vanished", connectedTagId: "2" },
    waits: { externalBusinessId: "waits" },
  });
  const { stdout } = await lab.up("--json");
  const information = diagnostics(stdout).filter(({ severity }) => severity === "info");
  expect(information).toContainEqual(
    expect.objectContaining({
      urn: expect.stringMatching(/::vanished$/),
      message: expect.stringContaining("it is recreated"),
    }),
  );
  expect(information).toContainEqual(
    expect.objectContaining({
      urn: expect.stringMatching(/::waits$/),
      message: expect.stringContaining('creating commerce integration "waits"'),
    }),
  );
});

test("canceling an update cancels its calls, and the next update converges", async () => {
  declare({
    updated: { externalBusinessId: "updated", connectedTagId: "2" },
    created: { externalBusinessId: "created", connectedTagId: "2" },
  });
  lab.emulator.armFault({ kind: "hang", operation: "create", commit: true });
  lab.emulator.armFault({ kind: "hang", operation: "update", commit: true });
  const bothSent = requestsFor(["POST created", "PATCH updated"]);
  const { child, ended } = lab.launch("pulumi", "up", "--skip-preview", "--non-interactive");
  await bothSent;
  child.kill("SIGINT");
  const { exitCode, output } = await ended;
  expect(exitCode).not.toBe(0);
  expect(output).toContain("canceled while waiting for the answer");
  const { created } = await lab.state();
  expect(created).toMatchObject({ id: "created", initErrors: [expect.any(String)] });
  lab.emulator.disarmFaults();
  await lab.up();
  for (const id of ["created", "updated"]) {
    expect(lab.emulator.integration(id)).toMatchObject({ connected_tag_id: "2" });
  }
  const { created: repaired } = await lab.state();
  expect(repaired).not.toHaveProperty("initErrors");
});

test("state contains all outputs of a large integration whose create failed partially", async () => {
  const large = "x".repeat(300_000);
  lab.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  declare({ large: { externalBusinessId: "large", connectedTagId: "1", partnerMetadata: large } });
  await lab.upFails();
  expect((await lab.state()).large).toMatchObject({
    id: "large",
    initErrors: [expect.stringContaining("connectedTagId")],
    outputs: { partnerMetadata: large },
  });
  lab.emulator.setSwitches({ ignoredFields: [] });
});

test("customTimeouts limit creates, updates, reads and deletions, and the error names them", async () => {
  const changes = {
    limited: { externalBusinessId: "limited", connectedTagId: "2" },
    limitedNew: { externalBusinessId: "limited-new" },
  };
  declare(changes, '{ customTimeouts: { create: "1s", update: "1s", read: "1s", delete: "1s" } }');
  lab.emulator.armFault({ kind: "hang", external_business_id: "limited", operation: "update", times: "all" });
  lab.emulator.armFault({ kind: "hang", external_business_id: "limited-new", times: "all" });
  const { output } = await lab.upFails();
  expect(output).toMatch(/(creating|reading) commerce integration "limited-new".*customTimeouts/);
  expect(output).toMatch(/updating commerce integration "limited".*customTimeouts/);
  const integrationCount = lab.emulator.integrations().length;
  lab.emulator.armFault({ kind: "hang", times: "all" });
  expect((await lab.fail("refresh", "--skip-preview")).output).toMatch(/customTimeouts/);
  expect((await lab.fail("destroy", "--skip-preview")).output).toMatch(/customTimeouts/);
  expect(lab.emulator.integrations()).toHaveLength(integrationCount);
});

test("requests stay within a rate limit that only Pinterest's answers report, and the wait is reported", async () => {
  lab.emulator.disarmFaults();
  await lab.succeed("destroy", "--skip-preview");
  lab.emulator.setSwitches({ rateLimits: { ads_write: [{ limit: 5, window: 3 }] } });
  // The answer to the first create reports the limit. Otherwise, all other creates would be sent at the same time.
  const others = Array.from({ length: 12 }, (_, index) => `other-${index}`);
  const options = "{ dependsOn: [resources.first] }";
  lab.program({
    first: { externalBusinessId: "first" },
    ...Object.fromEntries(others.map((id) => [id, { args: { externalBusinessId: id }, options }])),
  });
  lab.emulator.clearRequests();
  const { output } = await lab.up();
  const creates = lab.emulator.requests().filter(({ operation }) => operation === "create");
  expect(creates.map(({ external_business_id: id }) => id).sort()).toEqual(["first", ...others].sort());
  expect(lab.emulator.requests().filter(({ status }) => status === 429)).toEqual([]);
  expect(output).toMatch(/Rate limited by Pinterest \(ads_write, 5 per 3 s\): .* continue/);
});
