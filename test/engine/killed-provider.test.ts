import { expect, test } from "@jest/globals";
import { type KillPoint, killProviderAt, type Moment } from "./helpers/kill-points";
import { Lab } from "./helpers/lab";
import type { Declarations } from "./helpers/program";
import { ProviderProcesses } from "./helpers/provider-processes";

/** Of a process that is gone nobody has had the answer. */
const moments: readonly Moment[] = ["before", "late", "after"];
const each = (name: string) => moments.map((moment) => `${name}-${moment}`);

const points = (operation: KillPoint["operation"]): KillPoint[] =>
  moments.map((moment) => ({ operation, id: `${operation}-${moment}`, moment }));

const declared = (ids: readonly string[], version: string): Declarations =>
  Object.fromEntries(
    ids.map((id) => [
      id,
      { externalBusinessId: id, connectedTagId: version, partnerAccessToken: `p${version}` },
    ]),
  );

test("a provider process that is killed fails the update; the next one needs no `pulumi cancel`, and converges", async () => {
  const lab = await Lab.open();
  try {
    const processes = new ProviderProcesses(lab);
    lab.environment.PINTEREST_REQUEST_TIMEOUT = "300";
    const up = ["up", "--skip-preview", "--parallel", "64"];
    const kept = [...each("create"), ...each("update")];
    lab.program(declared([...each("update"), ...each("delete")], "1"));
    await lab.succeed(...up);

    lab.program({ ...declared(kept, "2"), ...declared(each("delete"), "1") });
    const inWrites = await killProviderAt(lab, processes, [...points("create"), ...points("update")], ...up);
    expect(inWrites.run.exitCode).not.toBe(0);
    inWrites.carryOutLate();
    await lab.succeed(...up);

    lab.program(declared(kept, "2"));
    const inDeletions = await killProviderAt(lab, processes, points("delete"), ...up);
    expect(inDeletions.run.exitCode).not.toBe(0);
    inDeletions.carryOutLate();
    await lab.succeed(...up);

    const integrations = lab.emulator.integrations();
    expect(integrations.map(({ external_business_id }) => external_business_id).sort()).toEqual(kept.sort());
    for (const integration of integrations) {
      expect(integration).toMatchObject({ connected_tag_id: "2", partner_access_token: "p2" });
    }
    expect(await lab.previewExit("--refresh")).toBe(0);
  } finally {
    await lab.close();
  }
});
