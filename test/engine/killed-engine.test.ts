import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { ProviderProcesses } from "./helpers/provider-processes";

const ids = ["before-commit", "after-commit"];

let lab: Lab;
let processes: ProviderProcesses;

beforeAll(async () => {
  lab = await Lab.open();
  processes = new ProviderProcesses(lab);
  lab.program(
    Object.fromEntries(
      ids.map((id) => [id, { externalBusinessId: id, connectedTagId: "1", partnerAccessToken: "p" }]),
    ),
  );
});

afterAll(() => lab.close());

/** Starts an update whose creates all hang at Pinterest, and settles when they do. */
async function updateThatHangs(): Promise<ReturnType<Lab["launch"]>> {
  for (const external_business_id of ids) {
    const commit = external_business_id === "after-commit";
    lab.emulator.armFault({ kind: "hang", operation: "create", external_business_id, commit });
  }
  let hanging = 0;
  const update = await new Promise<ReturnType<Lab["launch"]>>((resolve) => {
    const started = lab.launch("pulumi", "up", "--skip-preview", "--non-interactive");
    const stop = lab.emulator.onAnswer(({ operation }) => {
      hanging += operation === "create" ? 1 : 0;
      if (hanging === ids.length) {
        stop();
        resolve(started);
      }
    });
  });
  return update;
}

test("the provider process ends by itself when the engine is killed", async () => {
  const { child, ended } = await updateThatHangs();
  const started = processes.started();
  expect(started).toHaveLength(1);
  child.kill("SIGKILL");
  await processes.ended(started);
  // The pipes are closed when the last process is gone that could write to them.
  await ended;
  expect(lab.emulator.counters().operations).toMatchObject({ create: 2, update: 0, delete: 0 });
});

test("the stack stays locked until `pulumi cancel`; from there the next update converges", async () => {
  expect((await lab.fail("up", "--skip-preview")).output).toMatch(/locked|pulumi cancel/);
  await lab.succeed("cancel", "--yes");
  await lab.up();
  const integrations = lab.emulator.integrations();
  expect(integrations.map(({ external_business_id }) => external_business_id).sort()).toEqual(ids.sort());
  expect(integrations).toEqual(
    ids.map(() => expect.objectContaining({ connected_tag_id: "1", partner_access_token: "p" })),
  );
  expect(await lab.previewExit("--refresh")).toBe(0);
  expect(Object.keys(await lab.state()).sort()).toEqual(ids);
});
