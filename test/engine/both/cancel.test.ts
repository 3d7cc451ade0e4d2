import { expect, test } from "@jest/globals";
import { labOfFile } from "../helpers/lab";
import { ProviderProcesses } from "../helpers/provider-processes";

// The engine cancels the calls of a provider process, which the SDK's server of the dynamic provider does not support itself.

// The limits are long, so that requests end only because of the cancellation.
const lab = labOfFile({
  environment: { PINTEREST_REQUEST_TIMEOUT: "3600", PINTEREST_OPERATION_TIMEOUT: "3600" },
});

const ids = ["created", "updated", "retried"];

function declare(connectedTagId: string, names: readonly string[]): void {
  lab.program(Object.fromEntries(names.map((id) => [id, { externalBusinessId: id, connectedTagId }])));
}

/** Resolve when Pinterest has received all these requests. */
function received(expected: readonly string[]): Promise<void> {
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

test("Ctrl-C aborts calls in progress, retries nothing, and saves the ID of a create", async () => {
  declare("1", ["updated"]);
  await lab.up();
  declare("2", ids);
  lab.emulator.armFault({ kind: "hang", operation: "create", external_business_id: "created", commit: true });
  lab.emulator.armFault({ kind: "hang", operation: "update", commit: true });
  const headers = { "retry-after": "30" };
  lab.emulator.armFault({ kind: "response", status: 503, headers, external_business_id: "retried" });
  const sent = received(["POST created", "PATCH updated", "GET retried"]);
  const { child, ended } = lab.launch("pulumi", "up", "--skip-preview", "--non-interactive");
  await sent;
  child.kill("SIGINT");
  const { exitCode, output } = await ended;
  expect(exitCode).not.toBe(0);
  expect(output).toContain("canceled while waiting for the response");
  const ofRetried = lab.emulator.requests().filter((entry) => entry.external_business_id === "retried");
  expect(ofRetried.map(({ method }) => method)).toEqual(["GET"]);
  const state = await lab.state();
  expect(state.created).toMatchObject({ id: "created", initErrors: [expect.any(String)] });
  expect(state).not.toHaveProperty("retried");
});

test("the update after a canceled one converges", async () => {
  await lab.up();
  const state = await lab.state();
  expect(state.created).not.toHaveProperty("initErrors");
  for (const id of ids) {
    expect(lab.emulator.integration(id)).toMatchObject({ connected_tag_id: "2" });
    expect(state[id]?.outputs).toMatchObject({ connectedTagId: "2" });
  }
});

test("a system's SIGTERM to a provider process has the same effect", async () => {
  const processes = new ProviderProcesses(lab);
  declare("2", [...ids, "terminated"]);
  lab.emulator.armFault({ kind: "hang", operation: "create", commit: true });
  const sent = received(["POST terminated"]);
  const { ended } = lab.launch("pulumi", "up", "--skip-preview", "--non-interactive");
  await sent;
  for (const id of processes.loaded()) process.kill(id, "SIGTERM");
  expect((await ended).output).toContain("canceled while waiting for the response");
  expect((await lab.state()).terminated).toMatchObject({ id: "terminated" });
});
