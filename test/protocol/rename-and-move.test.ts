import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Lab, providerTypes } from "./helpers/lab";

const args = (externalBusinessId: string) => ({ externalBusinessId, connectedTagId: "33" });

describe.each(providerTypes)("%s", (providerType) => {
  const names = (lab: Lab) => Object.keys(lab.state()).sort();

  describe("a rename", () => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await Lab.open({
        providerType,
        environment: { PINTEREST_MAX_ATTEMPTS: "1", PINTEREST_DETECT_DRIFT: "refresh" },
      });
      lab.program({ plainOld: args("plain"), aliasedOld: args("aliased") });
      await lab.up();
    });

    afterAll(() => lab.close());

    test("with an alias changes nothing and makes no request", async () => {
      lab.program({
        plainOld: args("plain"),
        aliasedNew: { args: args("aliased"), options: '{ aliases: [{ name: "aliasedOld" }] }' },
      });
      lab.emulator.clearRequests();
      expect(await lab.previewExit()).toBe(0);
      await lab.up();
      expect(lab.emulator.requests()).toEqual([]);
      expect(names(lab)).toEqual(["aliasedNew", "plainOld"]);
    });

    test("without an alias keeps the integration if the new resource fails", async () => {
      lab.emulator.armFault({ kind: "answer", status: 503, operation: "get", external_business_id: "plain" });
      lab.program({ plainNew: args("plain"), aliasedNew: args("aliased") });
      await lab.upFails();
      expect(lab.writes()).toEqual([]);
      expect(names(lab)).toContain("plainOld");
    });

    test("without an alias keeps the integration and reports it, and the next preview is empty", async () => {
      const { id } = lab.emulator.integration("plain") ?? {};
      const { output } = await lab.up();
      expect(output).toContain("integration 'plain' stays at Pinterest");
      expect(lab.writes()).toEqual([]);
      expect(lab.emulator.integration("plain")).toMatchObject({ id });
      expect(names(lab)).toEqual(["aliasedNew", "plainNew"]);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });

  describe("a replacement in another account", () => {
    let lab: Lab;
    const north = (more: object) => ({ north: { ...args("north"), account: "first", ...more } });

    beforeAll(async () => {
      lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
      for (const name of ["first", "second", "limited"]) lab.emulator.addAccount({ name });
      lab.emulator.armFault({ kind: "answer", preset: "not-permitted", account: "limited", times: "all" });
      lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({
        first: lab.emulator.token("first"),
        second: lab.emulator.token("second"),
        revoked: "pina_revoked",
        limited: lab.emulator.token("limited"),
      });
      lab.program(north({}));
      await lab.up();
      lab.emulator.clearRequests();
    });

    afterAll(() => lab.close());

    test.each([
      ["missing", "third", /no access token for account 'third'/],
      ["rejected", "revoked", /HTTP 401/],
      ["not permitted", "limited", /HTTP 403/],
    ])("keeps the integration if the account's token is %s", async (_what, account, reason) => {
      lab.program(north({ account, externalBusinessId: "south" }));
      expect((await lab.upFails()).output).toMatch(reason);
      lab.program(north({ account }));
      expect((await lab.upFails("--target-replace", "**north")).output).toMatch(reason);
      expect(lab.writes()).toEqual([]);
    });

    test("keeps the integration if Pinterest refuses another one with its ID, and explains how to move it", async () => {
      lab.program(north({ account: "second" }));
      const { output } = await lab.upFails("--target-replace", "**north");
      expect(output).toContain("belongs to another owner");
      expect(output).toContain(
        "To move it, remove the resource from the program, run `pulumi up`, add it again",
      );
      expect(lab.writes()).toEqual([]);
    });

    test("creates another integration in an account that can be used, then deletes the old one", async () => {
      lab.program(north({ account: "second", externalBusinessId: "south" }));
      await lab.up();
      expect(lab.writes()).toEqual(["POST south", "DELETE north"]);
    });
  });

  describe("a program that changes all external business IDs", () => {
    const change = 'props: { ...props, externalBusinessId: "eu-" + props.externalBusinessId }';

    test.each([
      [
        "by a transformation of the stack",
        `pulumi.runtime.registerStackTransformation(({ props, opts }) => ({ ${change}, opts }));`,
        undefined,
      ],
      [
        "by a transformation of the resource",
        undefined,
        `{ transformations: [({ props, opts }) => ({ ${change}, opts })] }`,
      ],
    ])("%s deletes the old integrations and creates the new ones", async (_how, before, options) => {
      const lab = await Lab.open({ providerType });
      lab.program({ north: args("north"), south: args("south") });
      await lab.up();
      const declared = (id: string) => (options === undefined ? args(id) : { args: args(id), options });
      lab.program({ north: declared("north"), south: declared("south") }, before);
      await lab.up();
      const ids = lab.emulator.integrations().map(({ external_business_id: id }) => id);
      expect(ids.sort()).toEqual(["eu-north", "eu-south"]);
      expect(await lab.previewExit("--refresh")).toBe(0);
      await lab.close();
    });
  });

  describe("a rename without an alias in an update in which another resource fails, so that state has both names", () => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await Lab.open({ providerType, environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
    });

    afterAll(() => lab.close());

    const failOnce = (externalBusinessId: string) =>
      lab.emulator.armFault({
        kind: "answer",
        status: 503,
        operation: "get",
        external_business_id: externalBusinessId,
      });

    test("keeps the integration in the next update", async () => {
      lab.program({ before: args("shop") });
      await lab.up();
      failOnce("other");
      lab.program({ after: args("shop"), other: args("other") });
      await lab.upStops();
      expect(names(lab)).toEqual(["after", "before"]);
      lab.emulator.clearRequests();
      const { output } = await lab.up();
      expect(output).toContain("integration 'shop' stays at Pinterest");
      expect(lab.writes()).toEqual(["POST other"]);
      expect(names(lab)).toEqual(["after", "other"]);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("keeps the integration in an update that refreshes with the program", async () => {
      failOnce("third");
      lab.program({ again: args("shop"), other: args("other"), third: args("third") });
      await lab.upStops();
      expect(names(lab)).toEqual(["after", "again", "other"]);
      lab.emulator.clearRequests();
      await lab.up("--refresh", "--run-program");
      expect(lab.writes()).toEqual(["POST third"]);
      expect(names(lab)).toEqual(["again", "other", "third"]);
    });

    test("does not keep integrations that are later removed, replaced or destroyed", async () => {
      lab.program({ again: args("shop"), other: args("other") });
      lab.emulator.clearRequests();
      await lab.up("--refresh");
      expect(lab.writes()).toEqual(["DELETE third"]);
      lab.emulator.clearRequests();
      lab.program({ again: args("new"), other: args("other") });
      await lab.up();
      expect(lab.writes()).toEqual(["POST new", "DELETE shop"]);
      await lab.succeed("destroy", "--refresh", "--run-program");
      expect(lab.emulator.integrations()).toEqual([]);
    });
  });

  describe("a move to another account or provider", () => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await Lab.open({ providerType, environment: { PINTEREST_DETECT_DRIFT: "refresh" } });
      const { emulator } = lab;
      lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({
        one: emulator.token("shop-1"),
        two: emulator.token("shop-2"),
        sameOwner: emulator.issueToken("shop-1"),
      });
    });

    afterAll(() => lab.close());

    const provider = (name: string, shop: string) =>
      `const ${name} = new pinterest.Provider("${name}", { accessToken: "${lab.emulator.token(shop)}" });\n`;
    const named = (id: string, account: string) => ({
      externalBusinessId: id,
      account,
      connectedTagId: "1",
    });
    const provided = (id: string, name?: string) => ({
      args: { externalBusinessId: id, connectedTagId: "1" },
      options: name === undefined ? "{}" : `{ provider: ${name} }`,
    });

    /** The program after the moves. */
    const declarations = () => ({
      named: named("named", "two"),
      provided: provided("provided", "second"),
      sameOwner: named("sameOwner", "sameOwner"),
      toProvider: provided("toProvider", "first"),
    });
    const providers = () => provider("first", "shop-1") + provider("second", "shop-2");

    /** The owner of each integration. */
    function owners(): Record<string, string | undefined> {
      const shops = new Map(
        lab.emulator.accounts().map(({ name, connected_user_id }) => [connected_user_id, name]),
      );
      return Object.fromEntries(
        lab.emulator
          .integrations()
          .map((held) => [held.external_business_id, shops.get(held.connected_user_id)]),
      );
    }

    function writesWithOwner(): string[] {
      return lab.emulator
        .requests()
        .filter(({ method }) => method !== "GET")
        .map(({ account, method, external_business_id }) => `${account} ${method} ${external_business_id}`);
    }

    const before = { named: "shop-1", provided: "shop-1", sameOwner: "shop-1", toProvider: "shop-1" };

    test("is the only change in the preview", async () => {
      lab.program(
        {
          named: named("named", "one"),
          provided: provided("provided", "first"),
          sameOwner: named("sameOwner", "one"),
          toProvider: provided("toProvider"),
        },
        provider("first", "shop-1"),
      );
      await lab.up();
      expect(owners()).toEqual(before);
      lab.program(declarations(), providers());
      const steps = Object.fromEntries(
        (await lab.steps()).map(({ name, op, detailedDiff }) => [
          name,
          [op, Object.keys(detailedDiff ?? {})],
        ]),
      );
      expect(steps).toEqual({
        named: ["update", ["account"]],
        provided: ["update", ["providerName"]],
        sameOwner: ["update", ["account"]],
        toProvider: ["update", ["providerName"]],
      });
    });

    test("fails and explains how to move if the owner differs, and writes nothing if the owner is the same", async () => {
      lab.emulator.clearRequests();
      const { output } = await lab.upFails();
      for (const [id, from, to] of [
        ["named", "account 'one' of the default provider", "account 'two' of the default provider"],
        ["provided", "provider 'first'", "provider 'second'"],
      ]) {
        expect(output).toContain(
          `moving integration '${id}' from ${from} to ${to}: the new account may not access it`,
        );
      }
      expect(output).toContain("remove the resource from the program, run `pulumi up`, add it again");
      expect(output).not.toMatch(/moving integration '(sameOwner|toProvider)'/);
      expect(writesWithOwner()).toEqual([]);
      expect(owners()).toEqual(before);
      const pending = (await lab.steps()).filter(({ op }) => !["refresh", "same"].includes(op));
      expect(pending.map(({ name }) => name).sort()).toEqual(["named", "provided"]);
    });

    test("creates the integrations in the new account if you follow the message", async () => {
      const { sameOwner, toProvider } = declarations();
      lab.program({ sameOwner, toProvider }, providers());
      await lab.up();
      lab.program(declarations(), providers());
      lab.emulator.clearRequests();
      await lab.up();
      for (const id of ["named", "provided"]) {
        expect(writesWithOwner().filter((line) => line.endsWith(id))).toEqual([`shop-2 POST ${id}`]);
      }
      expect(owners()).toEqual({ ...before, named: "shop-2", provided: "shop-2" });
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });
});
