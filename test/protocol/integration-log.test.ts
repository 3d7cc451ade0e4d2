import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { providerTypes as details } from "../engine/helpers/provider-type";
import { mayBeRecorded, notSentAgain } from "../expected/messages";
import { Lab, providerTypes } from "../fake-engine/lab";

describe.each(providerTypes)("%s", (providerType) => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open({ providerType, environment: { PINTEREST_DETECT_DRIFT: "refresh" } });
    lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ named: lab.emulator.token("shop-2") });
  });

  beforeEach(() => {
    lab.emulator.clearLogs();
    lab.emulator.clearRequests();
  });

  afterAll(() => lab.close());

  /** Sets a program that records one entry, and outputs its time and message. `args` and `options` are JavaScript. */
  function record(args: string, options = "{}"): void {
    lab.program(
      { shop: { externalBusinessId: "shop" } },
      `const second = () => new pinterest.Provider("second", { accessToken: "${lab.emulator.token("shop-2")}" });
       const note = () => new pinterest.IntegrationLog("note", { eventType: "APP", logLevel: "INFO", ${args} }, ${options});
       // After the declaration of the shop.
       module.exports = new Promise((resolve) => setImmediate(() => {
         const { clientTimestamp, message } = note();
         resolve({ clientTimestamp, message });
       }));`,
    );
  }

  const messages = (account?: string) => lab.emulator.logs(account).map(({ message }) => message);

  const entry = () => lab.resources().find(({ type }) => type === details[providerType].logType);

  test("a preview records nothing, an update records once, and the next update has no changes", async () => {
    record('message: "one", externalBusinessId: resources.shop.externalBusinessId, triggers: { v: 1 }');
    expect(await lab.steps()).toContainEqual(expect.objectContaining({ name: "note", op: "create" }));
    expect(lab.emulator.counters().requests).toBe(0);
    await lab.up();
    expect(lab.emulator.logs()).toMatchObject([{ message: "one", external_business_id: "shop" }]);
    expect(lab.outputs()).toMatchObject({
      message: "one",
      clientTimestamp: lab.emulator.logs()[0]?.client_timestamp,
    });
    expect(await lab.previewExit()).toBe(0);
    expect(await lab.previewExit("--refresh")).toBe(0);
    await lab.up();
    expect(messages()).toEqual(["one"]);
  });

  test("a changed message or trigger records again, in place", async () => {
    const id = entry()?.id;
    record('message: "two", externalBusinessId: "shop", triggers: { v: 1 }');
    expect(await lab.steps()).toContainEqual(
      expect.objectContaining({
        name: "note",
        op: "update",
        detailedDiff: { message: expect.anything() },
      }),
    );
    await lab.up();
    record('message: "two", externalBusinessId: "shop", triggers: { v: 2 }');
    await lab.up();
    expect(messages()).toEqual(["two", "two"]);
    expect(entry()?.id).toBe(id);
    expect(entry()?.outputs.clientTimestamp).toBe(lab.emulator.logs().at(-1)?.client_timestamp);
  });

  test("a named account and an explicit provider record with their own tokens", async () => {
    record('message: "named", account: "named"');
    await lab.up();
    expect(messages("shop-2")).toEqual(["named"]);
    record('message: "provided"', "{ provider: second() }");
    await lab.up();
    expect(messages("shop-2")).toEqual(["named", "provided"]);
    expect(messages("shop-1")).toEqual([]);
  });

  test("a preview fails with the names of invalid arguments, and prints no values", async () => {
    record(
      `message: pulumi.secret("x".repeat(9000)), appVersionNumber: "5ecret".repeat(9), request: { method: "GET", host: "h", path: "/",
         requestHeaders: { Authorization: pulumi.secret("5ecret") } }`,
    );
    const { output } = await lab.fail("preview");
    expect(output).toMatch(
      /`message` must be a string of at most 8192 characters, but is a string of 9000 characters/,
    );
    expect(output).toMatch(
      /`appVersionNumber` must be a string of at most 20 characters, but is a string of 54 characters/,
    );
    expect(output).toMatch(/`request\.requestHeaders\.Authorization` is a header for secrets/);
    expect(output).not.toContain("5ecret");
    expect(lab.emulator.counters().requests).toBe(0);
  });

  test("records a secret, which is marked as a secret in state and outputs", async () => {
    record(
      'message: pulumi.secret("5ecret message"), error: { name: "E", cause: pulumi.secret("5ecret cause") }',
    );
    await lab.up();
    expect(lab.emulator.logs()).toMatchObject([
      { message: "5ecret message", error: { name: "E", cause: "5ecret cause" } },
    ]);
    expect(lab.outputs().message).toBe("5ecret message");
    expect(lab.exported()).not.toContain("5ecret");
    expect(lab.transcript).not.toContain("5ecret");
  });

  test("an entry with an unknown outcome fails the update, and the next update records it again", async () => {
    record('message: "lost"');
    lab.emulator.armFault({ kind: "reset", operation: "logs", commit: true });
    const { output } = await lab.upFails();
    expect(output).toMatch(new RegExp(`${mayBeRecorded()}.*${notSentAgain}`, "s"));
    expect(messages()).toEqual(["lost"]);
    await lab.up();
    expect(messages()).toEqual(["lost", "lost"]);
    expect(await lab.previewExit()).toBe(0);
  });

  test("removing it from the program removes it from state, and Pinterest keeps the entry", async () => {
    record('message: "kept"');
    await lab.up();
    lab.program({ shop: { externalBusinessId: "shop" } });
    await lab.up();
    expect(entry()).toBeUndefined();
    expect(messages()).toEqual(["kept"]);
    expect(lab.emulator.counters().operations).toMatchObject({ logs: 1 });
  });
});
