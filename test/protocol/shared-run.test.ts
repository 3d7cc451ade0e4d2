import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { RunLedger } from "../../provider/run/ledger";
import { Lab, providerTypes } from "./helpers/lab";

// Each provider and each provider type has its own process. The processes of one run share its declarations, creates and deletions.

const args = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "33" });

describe.each(providerTypes)("%s", (providerType) => {
  const otherType = providerType === "dynamic" ? "plugin" : "dynamic";
  const packageName = providerType === "dynamic" ? "pulumi-nodejs" : "pinterest";
  let lab: Lab;

  beforeEach(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  });

  afterEach(() => lab.close());

  const names = () => Object.keys(lab.state()).sort();
  const idsAtPinterest = () =>
    lab.emulator
      .integrations()
      .map(({ external_business_id: id }) => id)
      .sort();

  /** A provider with the default provider's token, and a component whose children use it. */
  const component = () => `
const explicit = new pinterest.Provider("explicit", { accessToken: "${lab.emulator.token()}" });
const parent = new pulumi.ComponentResource("lab:index:Shops", "shops", {}, { providers: { "${packageName}": explicit } });
`;

  describe("keeps an integration whose resource moves without an alias", () => {
    test("to an explicit provider, by a component's providers", async () => {
      lab.program({ shop: args("shop-1") });
      await lab.up();
      lab.emulator.clearRequests();
      lab.program({ shop: { args: args("shop-1"), options: "{ parent }" } }, component());
      const { output } = await lab.up();
      expect(output).toContain("integration 'shop-1' stays at Pinterest");
      expect(lab.writes()).toEqual([]);
      expect(names()).toEqual(["shop"]);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("from an explicit provider that is removed from the program, with another name", async () => {
      lab.program({ before: { args: args("shop-1"), options: "{ parent }" } }, component());
      await lab.up();
      lab.emulator.clearRequests();
      lab.program({ after: args("shop-1") });
      await lab.up();
      expect(lab.writes()).toEqual([]);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("to the other provider type, with another name", async () => {
      lab.program({ before: args("shop-1") });
      await lab.up();
      lab.emulator.clearRequests();
      lab.setProviderType(otherType);
      lab.program({ after: args("shop-1") });
      await lab.up();
      expect(lab.writes()).toEqual([]);
      expect(names()).toEqual(["after"]);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("unless the new owner's account is rejected, which fails the update", async () => {
      lab.program({ shop: args("shop-1") });
      await lab.up();
      lab.emulator.clearRequests();
      lab.program(
        { other: { args: args("shop-1"), options: "{ provider: explicit }" } },
        `const explicit = new pinterest.Provider("explicit", { accessToken: "${lab.emulator.token("shop-2")}" });`,
      );
      await lab.upFails();
      // Pinterest rejects the ID of another owner's integration, so nothing is deleted.
      expect(idsAtPinterest()).toEqual(["shop-1"]);
    });
  });

  describe("after an interrupted rename, which leaves two resources for one integration,", () => {
    beforeEach(async () => {
      lab.program({ before: args("shop"), other: args("other") });
      await lab.up();
      lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", external_business_id: "third" });
      lab.program({ after: args("shop"), other: args("other"), third: args("third") });
      await lab.upStops();
      expect(names()).toEqual(["after", "before", "other"]);
      lab.program({ after: args("shop"), other: args("other") });
      lab.emulator.clearRequests();
    });

    test("`up --target` of the old resource keeps the integration", async () => {
      const { output } = await lab.up("--target", "**::before");
      expect(output).toContain("integration 'shop' stays at Pinterest");
      expect(lab.writes()).toEqual([]);
      expect(names()).toEqual(["after", "other"]);
    });

    test("`destroy --run-program --target` of the old resource keeps it, and of the new resource deletes it", async () => {
      await lab.succeed("destroy", "--run-program", "--target", "**::before");
      expect(lab.writes()).toEqual([]);
      await lab.succeed("destroy", "--run-program", "--target", "**::after");
      expect(lab.writes()).toEqual(["DELETE shop"]);
      expect(names()).toEqual(["other"]);
    });

    test("a replacement of the new resource with `--target-replace` keeps it", async () => {
      await lab.up("--target-replace", "**::after");
      expect(lab.writes()).toEqual([]);
      await lab.up();
      expect(lab.writes()).toEqual([]);
      expect(names()).toEqual(["after", "other"]);
    });

    test.each([[], ["--run-program"]])("`destroy %s` deletes everything", async (...options) => {
      await lab.succeed("destroy", ...options);
      expect(idsAtPinterest()).toEqual([]);
      expect(names()).toEqual([]);
    });

    test("`destroy --refresh` deletes everything", async () => {
      await lab.succeed("destroy", "--refresh");
      expect(idsAtPinterest()).toEqual([]);
    });
  });

  test("a pending move from another owner's provider keeps that owner's integration", async () => {
    const provider = (name: string, account?: string) =>
      `const ${name} = new pinterest.Provider("${name}", { accessToken: "${lab.emulator.token(account)}" });\n`;
    const shopOf = (name: string) => ({ args: args("shop"), options: `{ provider: ${name} }` });
    lab.program({ moved: shopOf("foreign") }, provider("foreign", "shop-2"));
    await lab.up();
    lab.emulator.remove("shop");
    lab.program({ moved: shopOf("foreign"), left: args("shop") }, provider("foreign", "shop-2"));
    await lab.up("--target", "**::left");
    lab.program({ moved: shopOf("own"), kept: args("kept") }, provider("own"));
    const { output } = await lab.upFails("--target", "**::left", "--target", "**::kept");
    expect(output).toContain("another resource of this program declares or reads integration 'shop'");
    expect(idsAtPinterest()).toEqual(["kept", "shop"]);
  });

  describe("a pending rename", () => {
    beforeEach(async () => {
      lab.program({ before: args("shop"), other: args("other") });
      await lab.up();
      lab.program({ after: args("shop"), other: args("other") });
      lab.emulator.clearRequests();
    });

    test.each([
      [["--target", "**::before", "--target", "**::other"]],
      [["--target", "**::before"]],
      [["--exclude", "**::after"]],
    ])("fails an `up %s`, which does not create the new resource", async (options) => {
      const { output } = await lab.fail("up", ...options);
      expect(output).toContain("another resource of this program declares or reads integration 'shop'");
      expect(lab.writes()).toEqual([]);
      expect(names()).toEqual(["before", "other"]);
      await lab.up();
      expect(lab.writes()).toEqual([]);
      expect(names()).toEqual(["after", "other"]);
    });

    test("is destroyed by a `destroy` without the program", async () => {
      await lab.succeed("destroy");
      expect(idsAtPinterest()).toEqual([]);
    });
  });

  test("`destroy --run-program` deletes an integration with the last of its resources", async () => {
    const { emulator } = lab;
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({
      one: emulator.token(),
      two: emulator.issueToken("shop-1"),
    });
    lab.program({
      first: { ...args("shop"), account: "one" },
      second: { ...args("shop"), account: "two" },
    });
    await lab.up();
    emulator.clearRequests();
    const { output } = await lab.succeed("destroy", "--run-program");
    expect(output).toContain(
      "integration 'shop' is not deleted with this resource: another resource in state has it too",
    );
    expect(output).not.toContain("stays at Pinterest");
    expect(lab.writes()).toEqual(["DELETE shop"]);
    expect(idsAtPinterest()).toEqual([]);
  });

  describe("after a taint, a replacement with another ID", () => {
    const first = (externalBusinessId: string) => ({ ...args(externalBusinessId), account: "one" });
    const second = { ...args("shop"), account: "two" };

    beforeEach(async () => {
      lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({
        one: lab.emulator.token(),
        two: lab.emulator.issueToken("shop-1"),
      });
      lab.program({ first: first("shop"), second });
      await lab.up();
      lab.emulator.clearRequests();
      lab.tainted.add("first");
    });

    test("keeps the integration for another resource that declares it", async () => {
      lab.program({ first: first("new"), second });
      await lab.up();
      expect(lab.writes()).toEqual(["POST new"]);
      expect(idsAtPinterest()).toEqual(["new", "shop"]);
    });

    test("keeps the integration for another resource that depends on the replacement", async () => {
      const options = "{ dependsOn: [resources.first] }";
      lab.program({ first: first("new"), second: { args: second, options } });
      await lab.up();
      expect(lab.writes()).toEqual(["POST new"]);
      expect(idsAtPinterest()).toEqual(["new", "shop"]);
    });
  });

  describe("a resource that takes the ID of another one, whose own ID changes,", () => {
    const before = () => ({ first: args("one"), second: args("two") });

    test("adopts the integration instead of recreating it", async () => {
      lab.program({ first: args("one") });
      await lab.up();
      const { id } = lab.emulator.integration("one") ?? {};
      lab.emulator.clearRequests();
      lab.program({ first: args("three"), third: args("one") });
      await lab.up();
      expect(lab.writes()).toEqual(["POST three"]);
      expect(lab.emulator.integration("one")).toMatchObject({ id });
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("keeps its integration after an interrupted rename", async () => {
      lab.program({ before: args("shop") });
      await lab.up();
      lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", external_business_id: "third" });
      lab.program({ after: args("shop"), third: args("third") });
      await lab.upStops();
      lab.emulator.clearRequests();
      lab.program({
        before: args("new"),
        after: { args: args("shop"), options: "{ dependsOn: [resources.before] }" },
      });
      await lab.up();
      expect(lab.writes()).toEqual(["POST new"]);
      expect(idsAtPinterest()).toEqual(["new", "shop"]);
    });

    test.each([[], ["--parallel", "1"]])(
      "never loses an integration, with a delete limit and a slow deletion (%s)",
      async (...options) => {
        lab.environment.PINTEREST_DELETE_LIMIT = "5";
        lab.program({ s0: args("a"), s1: args("b"), s2: args("c"), s3: args("d") });
        await lab.up();
        lab.emulator.armFault({ kind: "slow", operation: "delete", ms: 300, times: "all" });
        lab.program({ s0: args("n"), s1: args("a"), s2: args("b"), s3: args("c"), s4: args("d") });
        await lab.up(...options);
        expect(idsAtPinterest()).toEqual(["a", "b", "c", "d", "n"]);
        expect(await lab.previewExit("--refresh")).toBe(0);
      },
    );

    test.each([
      ["", undefined],
      [
        " by a program with a transformation",
        "pulumi.runtime.registerStackTransformation(({ props, opts }) => ({ props, opts }));",
      ],
    ])("in a swap of equal integrations%s keeps both", async (_how, transformation) => {
      lab.program(before());
      await lab.up();
      lab.emulator.clearRequests();
      lab.program({ first: args("two"), second: args("one") }, transformation);
      await lab.up();
      expect(lab.writes()).toEqual([]);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });

  test.each([
    ["another resource that takes its ID", { second: args("one") }],
    [
      "a new resource of another provider",
      { second: args("two"), third: { args: args("one"), options: "{ parent }" } },
    ],
  ])("`up --target` keeps the integration for %s", async (_name, program) => {
    lab.program({ first: args("one"), second: args("two") });
    await lab.up();
    lab.emulator.clearRequests();
    lab.program(program, component());
    await lab.upFails("--target", "**::first");
    expect(lab.writes()).toEqual([]);
    expect(idsAtPinterest()).toEqual(["one", "two"]);
  });

  test("if the run's record cannot be stored, creates and updates succeed, and deletions fail with a remedy", async () => {
    const { directory } = RunLedger;
    RunLedger.directory = "/dev/null/none";
    lab.program({ shop: args("shop"), other: args("other") });
    await lab.up();
    lab.program({ shop: { ...args("shop"), connectedTagId: "34" } });
    const { output } = await lab.upFails();
    expect(output).toMatch(
      /the record of this run \(\/dev\/null\/none.*\) is incomplete: .*Check that only you can access its directory/s,
    );
    expect(idsAtPinterest()).toEqual(["other", "shop"]);
    expect(names()).toEqual(["other", "shop"]);
    expect(lab.emulator.integration("shop")).toMatchObject({ connected_tag_id: "34" });
    RunLedger.directory = directory;
    await lab.up();
    expect(idsAtPinterest()).toEqual(["shop"]);
  });

  describe("`pinterest:deleteLimit`", () => {
    test("counts the deletions of all providers of a run", async () => {
      lab.environment.PINTEREST_DELETE_LIMIT = "1";
      const before = ["a", "b", "c"]
        .map(
          (name) =>
            `const ${name} = new pinterest.Provider("${name}", { accessToken: "${lab.emulator.token()}" });`,
        )
        .join("\n");
      const shops = Object.fromEntries(
        ["a", "b", "c"].map((name) => [
          `shop-${name}`,
          { args: args(`shop-${name}`), options: `{ provider: ${name} }` },
        ]),
      );
      lab.program(shops, before);
      await lab.up();
      lab.program({}, before);
      const { output } = await lab.upFails();
      expect(output).toContain("`pinterest:deleteLimit` (PINTEREST_DELETE_LIMIT) allows 1 in one command");
      expect(idsAtPinterest()).toEqual(["shop-a", "shop-b", "shop-c"]);
      lab.environment.PINTEREST_DELETE_LIMIT = "3";
      await lab.up();
      expect(idsAtPinterest()).toEqual([]);
    });
  });
});
