import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { logType, providerType } from "./helpers/provider-type";

// Never to be changed: every existing state of the dynamic front end holds it.
const text =
  providerType === "dynamic" ? 'exports.handler=()=>require("pulumi-pinterest/dynamic").log' : undefined;

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
  lab.environment.PINTEREST_ACCOUNTS = JSON.stringify({ named: lab.emulator.token("shop-2") });
});
beforeEach(() => {
  lab.emulator.clearLogs();
  lab.emulator.clearRequests();
});
afterAll(() => lab.close());

/** A program that records one entry; JavaScript of its arguments and options. */
function record(args: string, options = "{}"): void {
  lab.program(
    { shop: { externalBusinessId: "shop" } },
    `const note = (options = {}) => new pinterest.IntegrationLog("note", { eventType: "APP", logLevel: "INFO", ${args} }, options);
     const second = () => new pinterest.Provider("second", { accessToken: "${lab.emulator.token("shop-2")}" });
     setImmediate(() => { const made = note(${options}); for (const key of ["clientTimestamp", "message"]) exports[key] = made[key]; });
     module.exports = new Promise((resolve) => setImmediate(() => resolve(exports)));`,
  );
}

const messages = (account?: string) => lab.emulator.logs(account).map(({ message }) => message);

async function entry() {
  return (await lab.resources()).find((resource) => resource.type === logType);
}

test("a preview records nothing; an update does, once, and the next has nothing to do", async () => {
  record('message: "one", externalBusinessId: resources.shop.externalBusinessId, triggers: { v: 1 }');
  expect(await lab.steps()).toContainEqual(expect.objectContaining({ name: "note", op: "create" }));
  expect(lab.emulator.counters().requests).toBe(0);
  await lab.up();
  expect(lab.emulator.logs()).toMatchObject([{ message: "one", external_business_id: "shop" }]);
  expect(await lab.previewExit()).toBe(0);
  expect(await lab.previewExit("--refresh")).toBe(0);
  await lab.up();
  expect(messages()).toEqual(["one"]);
});

test("a change of content or of triggers records it again, in place", async () => {
  const id = (await entry())?.id;
  record('message: "two", externalBusinessId: "shop", triggers: { v: 1 }');
  const steps = await lab.steps();
  expect(steps).toContainEqual(
    expect.objectContaining({ name: "note", op: "update", detailedDiff: { message: expect.anything() } }),
  );
  await lab.up();
  record('message: "two", externalBusinessId: "shop", triggers: { v: 2 }');
  await lab.up();
  expect(messages()).toEqual(["two", "two"]);
  const { inputs, outputs, ...kept } = (await entry()) ?? { urn: "", type: logType };
  expect(kept.id).toBe(id);
  expect([inputs?.__provider, outputs?.__provider]).toEqual([text, text]);
  expect(outputs?.clientTimestamp).toBe(lab.emulator.logs().at(-1)?.client_timestamp);
});

test("a named account and an explicit provider record it with their tokens", async () => {
  record('message: "named", account: "named"');
  await lab.up();
  expect(messages("shop-2")).toEqual(["named"]);
  record('message: "provided"', "{ provider: second() }");
  await lab.up();
  expect(messages("shop-2")).toEqual(["named", "provided"]);
  expect(messages("shop-1")).toEqual([]);
});

test("problems fail a preview by their names, without values, also of what is secret", async () => {
  record(
    `message: pulumi.secret("x".repeat(9000)), appVersionNumber: "5ecret".repeat(9), request: { method: "GET", host: "h", path: "/",
       requestHeaders: { Authorization: pulumi.secret("5ecret") } }`,
  );
  const { output } = await lab.fail("preview");
  expect(output).toMatch(
    /`message` is a text of 9000 characters; allowed is a text of at most 8192 characters/,
  );
  expect(output).toMatch(/`appVersionNumber` is a text of 54 characters/);
  expect(output).toMatch(/`request\.requestHeaders\.Authorization` is a header that carries a secret/);
  expect(output).not.toContain("5ecret");
  expect(lab.emulator.counters().requests).toBe(0);
});

test("values that are not known yet pass a preview", async () => {
  record(
    `message: pulumi.interpolate\`\${new pinterest.CommerceIntegration("later", { externalBusinessId: "later" }).integrationId}\`,
     error: { name: "E", message: resources.shop.integrationId }, triggers: [resources.shop.integrationId]`,
  );
  await lab.succeed("preview");
  await lab.up();
  expect(messages()).toEqual([lab.emulator.integration("later")?.id]);
});

test("a secret is recorded and stands in no state or output in plain text", async () => {
  record(
    'message: pulumi.secret("5ecret message"), error: { name: "E", cause: pulumi.secret("5ecret cause") }',
  );
  await lab.up();
  expect(lab.emulator.logs()).toMatchObject([
    { message: "5ecret message", error: { name: "E", cause: "5ecret cause" } },
  ]);
  expect(await lab.exported()).not.toContain("5ecret");
  expect(lab.transcript).not.toContain("5ecret");
});

test("an entry whose outcome is not known fails the update, and the next one records it", async () => {
  record('message: "lost"');
  lab.emulator.armFault({ kind: "reset", operation: "logs", commit: true });
  const { output } = await lab.upFails();
  expect(output).toMatch(
    /whether Pinterest recorded it is not known.*The next `pulumi up` records it again/s,
  );
  expect(messages()).toEqual(["lost"]);
  await lab.up();
  expect(messages()).toEqual(["lost", "lost"]);
  expect(await lab.previewExit()).toBe(0);
});

test("its removal forgets it, and Pinterest keeps it", async () => {
  record('message: "kept"');
  await lab.up();
  lab.program({ shop: { externalBusinessId: "shop" } });
  await lab.up();
  expect(await entry()).toBeUndefined();
  expect(messages()).toEqual(["kept"]);
  expect(lab.emulator.counters().operations).toMatchObject({ logs: 1 });
});
