import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";

let lab: Lab;

beforeEach(async () => {
  // So long that nothing but what a test is about ends a request.
  lab = await Lab.open({
    environment: { PINTEREST_REQUEST_TIMEOUT: "3600", PINTEREST_OPERATION_TIMEOUT: "3600" },
  });
});

afterEach(() => lab.close());

/** A line that the engine shows, and the resource beside which it stands. */
function diagnostics(stdout: string): { urn: string; message: string; severity: string }[] {
  return stdout.split("\n").flatMap((line) => {
    const event = line.startsWith("{") ? JSON.parse(line).diagnosticEvent : undefined;
    return event === undefined ? [] : [event];
  });
}

/** Settles when each of these requests has come in. */
function requestsFor(wanted: readonly string[]): Promise<void> {
  const missing = new Set(wanted);
  return new Promise((resolve) => {
    const stop = lab.emulator.onRequest(({ method, external_business_id }) => {
      missing.delete(`${method} ${external_business_id}`);
      if (missing.size > 0) return;
      stop();
      resolve();
    });
  });
}

test("what is said of an integration stands beside its resource, waits included", async () => {
  lab.program({ vanished: { externalBusinessId: "vanished", connectedTagId: "1" } });
  await lab.up();
  lab.emulator.remove("vanished");
  lab.emulator.armFault({
    kind: "answer",
    operation: "create",
    external_business_id: "waits",
    preset: "rate-limit",
    headers: { "retry-after": "3" },
  });
  lab.program({
    vanished: { externalBusinessId: "vanished", connectedTagId: "2" },
    waits: { externalBusinessId: "waits" },
  });
  const { stdout } = await lab.up("--json");
  const said = diagnostics(stdout).filter(({ severity }) => severity === "info");
  expect(said).toContainEqual(
    expect.objectContaining({
      urn: expect.stringMatching(/::vanished$/),
      message: expect.stringContaining("it is made anew"),
    }),
  );
  expect(said).toContainEqual(
    expect.objectContaining({
      urn: expect.stringMatching(/::waits$/),
      message: expect.stringContaining('creating commerce integration "waits"'),
    }),
  );
});

test.each([false, true])(
  "an update that is cancelled ends its calls, and the next one converges (carried out: %s)",
  async (commit) => {
    lab.program({ updated: { externalBusinessId: "updated", connectedTagId: "1" } });
    await lab.up();
    lab.program({
      updated: { externalBusinessId: "updated", connectedTagId: "2" },
      created: { externalBusinessId: "created", connectedTagId: "2" },
    });
    lab.emulator.armFault({ kind: "hang", operation: "create", commit });
    lab.emulator.armFault({ kind: "hang", operation: "update", commit });
    const bothSent = requestsFor(["POST created", "PATCH updated"]);
    const { child, ended } = lab.launch("pulumi", "up", "--skip-preview", "--non-interactive");
    await bothSent;
    child.kill("SIGINT");
    const { exitCode, output } = await ended;
    expect(exitCode).not.toBe(0);
    expect(output).toContain("cancelled");
    const { created } = await lab.state();
    expect(created).toMatchObject({ id: "created", initErrors: [expect.any(String)] });
    await lab.up();
    expect(
      lab.emulator.integrations().map((held) => [held.external_business_id, held.connected_tag_id]),
    ).toEqual([
      ["updated", "2"],
      ["created", "2"],
    ]);
    expect(await lab.previewExit("--refresh")).toBe(0);
  },
);

test("customTimeouts end a create, an update, a read and a delete, and say so", async () => {
  const declare = (tag: string) =>
    lab.program({
      shop: {
        args: { externalBusinessId: "shop", connectedTagId: tag },
        options: '{ customTimeouts: { create: "1s", update: "1s", read: "1s", delete: "1s" } }',
      },
    });
  declare("1");
  lab.emulator.armFault({ kind: "hang", operation: "get", times: "all" });
  expect((await lab.upFails()).output).toMatch(
    /creating commerce integration|reading commerce integration "shop"/,
  );
  lab.emulator.disarmFaults();
  await lab.up();
  declare("2");
  lab.emulator.armFault({ kind: "hang", operation: "update", times: "all" });
  expect((await lab.upFails()).output).toMatch(/customTimeouts/);
  lab.emulator.disarmFaults();
  lab.emulator.armFault({ kind: "hang", times: "all" });
  expect((await lab.fail("refresh", "--skip-preview")).output).toMatch(/customTimeouts/);
  expect((await lab.fail("destroy", "--skip-preview")).output).toMatch(/customTimeouts/);
  lab.emulator.disarmFaults();
  await lab.up();
  expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "2" });
});

test("what remains of a large integration whose creation failed halfway is kept whole", async () => {
  const large = "x".repeat(300_000);
  lab.emulator.setSwitches({ ignoredFields: ["connected_tag_id"] });
  lab.program({ large: { externalBusinessId: "large", connectedTagId: "1", partnerMetadata: large } });
  await lab.upFails();
  expect((await lab.state()).large).toMatchObject({
    id: "large",
    initErrors: [expect.stringContaining("connectedTagId")],
    outputs: { partnerMetadata: large },
  });
  lab.emulator.setSwitches({ ignoredFields: [] });
  await lab.up();
  expect(lab.emulator.integration("large")).toMatchObject({ connected_tag_id: "1" });
});
