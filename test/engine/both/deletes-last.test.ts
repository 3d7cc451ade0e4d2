import { expect, test } from "@jest/globals";
import { declaredByAnother } from "../../expected/messages";
import { labOfFile } from "../helpers/lab";
import { js } from "../helpers/program";
import { providerType, providerTypes } from "../helpers/provider-type";

// The engine deletes after the program has ended, and only the real engine shows in which order it calls provider processes. It treats the
// responses of the provider types differently. The tests depend on each other. For the other cases, see test/promises/ownership.test.ts and test/model/ownership.test.ts.

const shop = (externalBusinessId: unknown, connectedTagId = "33") => ({ externalBusinessId, connectedTagId });

const lab = labOfFile({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });

const otherType = providerTypes[providerType === "dynamic" ? "plugin" : "dynamic"];

/**
 * A provider of the same account, the package of the other provider type, IDs that are known after the earlier resources of the program are deployed
 * (in a promise, which hides this dependency from the engine), and a list of resources by index that a program learns from an output.
 */
const setup = (...list: string[]) => `
const other = new pinterest.Provider("other", { accessToken: "${lab.emulator.token()}" });
const otherType = require("${otherType.packageImport}");
const deployed = () => pulumi.all(Object.values(resources).map(({ integrationId }) => integrationId));
const late = (id) => pulumi.output(new Promise((resolve) => deployed().apply(() => resolve(id))));
pulumi.output(${JSON.stringify(list)}).apply((ids) => ids.forEach((externalBusinessId, index) =>
  new pinterest.CommerceIntegration("item-" + index, { externalBusinessId, connectedTagId: "33" })));
`;

const ofOther = (id: string) => ({ args: shop(js(`late("${id}")`)), options: "{ provider: other }" });

test("IDs that move to other resources keep their integrations", async () => {
  lab.program(
    {
      giving: shop("given"),
      leaving: shop("shared"),
      keeping: ofOther("shared"),
      retyped: shop("retyped"),
    },
    setup("item-1", "item-2", "item-3"),
  );
  await lab.up();
  lab.emulator.clearRequests();
  // `taking` gets the integration of `giving`. `keeping` has that of `leaving` through another provider. A resource of the other provider type gets
  // that of `retyped`, and the items of the list that of the next one. Only `item-1` has no resource any more.
  lab.program(
    {
      giving: shop("new-1"),
      taking: shop(js('late("given")')),
      leaving: shop("new-2"),
      keeping: ofOther("shared"),
    },
    `${setup("item-2", "item-3")}new otherType.CommerceIntegration("other-type", ${JSON.stringify(shop("retyped"))});`,
  );
  await lab.up();
  expect(lab.writes().sort()).toEqual(["DELETE item-1", "POST new-1", "POST new-2"]);
  expect(await lab.previewExit("--refresh")).toBe(0);
});

test("an integration that the program only reads is not deleted", async () => {
  lab.program(
    { giving: shop("new-1"), taking: shop("given"), keeping: ofOther("shared") },
    `${setup("item-2", "item-3")}pinterest.CommerceIntegration.get("z", "new-2");`,
  );
  const { output } = await lab.upFails();
  expect(output).toContain(declaredByAnother("new-2"));
  expect(lab.idsAtPinterest()).toContain("new-2");
});

test("an integration that a failed resource may declare in `apply` is not deleted", async () => {
  lab.emulator.clearRequests();
  const operation = { operation: "get", external_business_id: "failing" } as const;
  lab.emulator.armFault({ kind: "response", status: 503, times: "all", ...operation });
  lab.program(
    { failing: shop("failing") },
    "setImmediate(() => resources.failing.integrationId.apply(() => new pinterest.CommerceIntegration('b', { externalBusinessId: 'new-1' })));",
  );
  await lab.upFails();
  expect(lab.writes()).toEqual([]);
  lab.emulator.disarmFaults();
});

test("a `destroy` that runs a program with a rename deletes the integration", async () => {
  lab.program({ renamed: { args: shop("new-1"), options: "{ aliases: [{ name: 'giving' }] }" } });
  await lab.succeed("destroy", "--skip-preview", "--run-program");
  expect(lab.idsAtPinterest()).toEqual([]);
  expect(await lab.state()).toEqual({});
});
