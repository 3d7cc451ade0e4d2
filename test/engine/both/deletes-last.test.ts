import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";
import { js } from "../helpers/program";
import { providerType, providerTypes } from "../helpers/provider-type";

// The engine deletes after the program has ended, and only the real engine shows in which order it calls provider processes. It treats the
// responses of the provider types differently. For the other cases, see test/promises/ownership.test.ts and test/model/ownership.test.ts.

const shop = (externalBusinessId: unknown, connectedTagId = "33") => ({ externalBusinessId, connectedTagId });

let lab: Lab;

async function openLab(): Promise<void> {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
}

async function deploy(declarations: Parameters<Lab["program"]>[0], before?: string): Promise<void> {
  lab.program(declarations, before);
  await lab.up();
  lab.emulator.clearRequests();
}

const fail = (operation: "get" | "delete", id: string, times: number | "all" = 1) =>
  lab.emulator.armFault({ kind: "response", status: 503, operation, external_business_id: id, times });

const ids = () =>
  lab.emulator
    .integrations()
    .map(({ external_business_id: id }) => id)
    .sort();

describe("the tests of one stack, which depend on each other:", () => {
  beforeAll(openLab);
  afterAll(() => lab.close());

  const otherType = providerTypes[providerType === "dynamic" ? "plugin" : "dynamic"];

  /**
   * A provider of the same account, the package of the other provider type, IDs that are known late, and a list of resources by index that a
   * program learns from an output.
   */
  const setup = (...list: string[]) => `
const other = new pinterest.Provider("other", { accessToken: "${lab.emulator.token()}" });
const otherType = require("${otherType.packageImport}");
const late = (value) => pulumi.output(new Promise((resolve) => setTimeout(resolve, 1500, value)));
pulumi.output(${JSON.stringify(list)}).apply((ids) => ids.forEach((externalBusinessId, index) =>
  new pinterest.CommerceIntegration("item-" + index, { externalBusinessId, connectedTagId: "33" })));
`;

  const ofOther = (id: string) => ({ args: shop(js(`late("${id}")`)), options: "{ provider: other }" });

  test("IDs that move to other resources keep their integrations", async () => {
    await deploy(
      {
        giving: shop("given"),
        leaving: shop("shared"),
        keeping: ofOther("shared"),
        retyped: shop("retyped"),
      },
      setup("item-1", "item-2", "item-3"),
    );
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
    expect(output).toContain("declares or reads integration 'new-2'");
    expect(ids()).toContain("new-2");
  });

  test("an integration that a failed resource may declare in `apply` is not deleted", async () => {
    lab.emulator.clearRequests();
    fail("get", "failing", "all");
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
    expect(ids()).toEqual([]);
    expect(await lab.state()).toEqual({});
  });
});

describe("a deletion that an update left over", () => {
  const declared = { a: shop("shop-2"), b: { args: shop("shop-1"), options: "{ protect: true }" } };

  beforeAll(async () => {
    await openLab();
    await deploy({ a: shop("shop-1") });
    fail("delete", "shop-1");
    lab.program({ a: shop("shop-2") });
    await lab.upFails();
    // The new resource adopts the integration. The update fails at `c`, so the engine does not complete the deletion.
    lab.program({ ...declared, c: { args: shop("c"), options: "{ dependsOn: [resources.b] }" } });
    fail("get", "c");
    await lab.fail("up", "--skip-preview", "--parallel", "1");
    expect(Object.keys(await lab.state()).sort()).toEqual(["a", "b"]);
    lab.program(declared);
    lab.emulator.clearRequests();
  });
  afterAll(() => lab.close());

  test("is refused by a command that leaves the other resource of the integration out", async () => {
    const { output } = await lab.fail("destroy", "--target", "**::a", "--skip-preview");
    expect(output).toContain("this command may leave resources out");
    expect(lab.writes()).toEqual([]);
  });

  test("keeps the other resource's integration in a command that runs the program", async () => {
    await lab.succeed("destroy", "--target", "**::a", "--run-program", "--skip-preview");
    expect(lab.writes()).toEqual(["DELETE shop-2"]);
    expect(ids()).toEqual(["shop-1"]);
  });
});

test("a `destroy` deletes a copy of a protected resource, and keeps the integration", async () => {
  await openLab();
  try {
    await deploy({ a: { args: shop("shop-1"), options: "{ protect: true }" } });
    const state = JSON.parse(await lab.exported());
    const { resources } = state.deployment;
    const entry = resources.find(({ urn }: { urn: string }) => urn.endsWith("::a"));
    resources.push({ ...entry, urn: entry.urn.replace(/a$/, "b"), protect: false });
    const file = join(lab.directory, "copied.json");
    writeFileSync(file, JSON.stringify(state));
    await lab.succeed("stack", "import", "--file", file);
    await lab.fail("destroy", "--skip-preview");
    expect(lab.writes()).toEqual([]);
    expect(Object.keys(await lab.state())).toEqual(["a"]);
  } finally {
    await lab.close();
  }
});

// Both provider types read the system's process table with the same code.
if (providerType === "dynamic") {
  test("without the system's process table, deletes only what an ended program proves, also if it changes TMPDIR", async () => {
    await openLab();
    try {
      const preload = join(lab.directory, "without-proc.cjs");
      writeFileSync(
        preload,
        `const fs = require("node:fs");
const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  if (String(path).startsWith("/proc/")) throw new Error("no /proc");
  return readFileSync(path, ...rest);
};`,
      );
      lab.environment.NODE_OPTIONS = `--require ${preload}`;
      const changesTmpdir = 'process.env.TMPDIR = "/dev/null";';
      await deploy({ a: shop("shop-1"), b: shop("shop-2"), c: shop("shop-3") }, changesTmpdir);
      lab.program({ renamed: shop("shop-1"), c: shop("shop-3") }, changesTmpdir);
      await lab.up();
      expect(lab.writes()).toEqual(["DELETE shop-2"]);
      const { output } = await lab.fail("destroy", "--skip-preview");
      expect(output).toContain("its options are unknown");
      await lab.succeed("destroy", "--skip-preview", "--run-program");
      expect(ids()).toEqual([]);
    } finally {
      await lab.close();
    }
  });
}
