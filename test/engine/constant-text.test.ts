import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynamicType } from "../../provider/run/constants";
import { Lab } from "./helpers/lab";
import { logType } from "./helpers/provider-type";

// Never change these: every existing state contains them, and the engine uses them to load the package.
const integrationCode = 'exports.handler=()=>require("pulumi-pinterest/dynamic").provider';
const logCode = 'exports.handler=()=>require("pulumi-pinterest/dynamic").log';

const full = {
  externalBusinessId: "shop-of-merchant-100",
  account: "merchant-100",
  connectedMerchantId: "1949483",
  connectedAdvertiserId: "549755885175",
  connectedTagId: "2613187432",
};

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  lab.emulator.addAccount({ name: full.account });
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ [full.account]: lab.emulator.token(full.account) });
  lab.emulator.put("imported", { connected_tag_id: "1" });
  lab.emulator.put("found");
});

afterAll(() => lab.close());

/** The provider's code in state, by resource: in the inputs and in the outputs. */
async function providerCode(): Promise<Record<string, unknown[]>> {
  const resources = (await lab.resources()).filter(({ type }) => [dynamicType, logType].includes(type));
  return Object.fromEntries(
    resources.map(({ urn, inputs, outputs }) => [
      urn.split("::").at(-1),
      [inputs?.__provider, outputs?.__provider],
    ]),
  );
}

function declare(tag: string): void {
  lab.program(
    {
      created: { externalBusinessId: "created", connectedTagId: tag },
      imported: { externalBusinessId: "imported", connectedTagId: tag },
      full,
    },
    `pinterest.CommerceIntegration.get("found", "found");
     new pinterest.IntegrationLog("note", { eventType: "APP", logLevel: "INFO", message: ${JSON.stringify(tag)} });`,
  );
}

test("state contains exactly this text after a create and a lookup, an import, an update and a refresh", async () => {
  const bag = { __provider: integrationCode, externalBusinessId: "imported", connectedTagId: "1" };
  const resource = { type: dynamicType, name: "imported", id: "imported", inputs: bag, outputs: bag };
  writeFileSync(join(lab.directory, "import.json"), JSON.stringify({ resources: [resource] }));
  await lab.succeed("import", "--file", "import.json", "--generate-code=false", "--protect=false", "--yes");
  expect(await providerCode()).toEqual({ imported: [integrationCode, integrationCode] });

  const all = {
    created: [integrationCode, integrationCode],
    imported: [integrationCode, integrationCode],
    full: [integrationCode, integrationCode],
    found: [integrationCode, integrationCode],
    note: [logCode, logCode],
  };
  declare("1");
  await lab.up();
  expect(await providerCode()).toEqual(all);

  declare("2");
  await lab.up();
  expect(lab.emulator.integration("imported")?.connected_tag_id).toBe("2");
  expect(lab.emulator.logs()).toMatchObject([{ message: "1" }, { message: "2" }]);
  expect(await providerCode()).toEqual(all);

  lab.emulator.change("created", { connected_tag_id: "3" });
  await lab.succeed("refresh", "--skip-preview");
  expect((await lab.state()).created?.inputs?.connectedTagId).toBe("3");
  expect(await providerCode()).toEqual(all);
});

test("an integration with merchant, advertiser and tag takes at most 1.2 kB of state and twice its arguments", async () => {
  const resource = (await lab.state()).full;
  expect(resource?.inputs).toMatchObject(full);
  expect(JSON.stringify(resource).length).toBeLessThanOrEqual(1200 + 2 * JSON.stringify(full).length);
});
