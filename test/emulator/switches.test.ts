import { expect, test } from "@jest/globals";
import { ZodError } from "zod";
import { startEmulator } from "../../emulator";
import { parseSwitch } from "../../emulator/switches";
import { emulate } from "./helpers/emulate";
import { scenarios, some } from "./helpers/scenarios";

test("sets the statuses of a generation, except statuses that are set explicitly, and keeps other switches", async () => {
  const { emulator } = await emulate({ switches: { deleteStatus: 204, readLag: 3 } });
  const old = { createStatus: 200, deleteStatus: 204, foreignStatus: 409, readLag: 3 };
  expect(emulator.switches()).toMatchObject(old);
  expect(emulator.setSwitches({ generation: "5.28" })).toMatchObject({
    ...old,
    createStatus: 201,
    foreignStatus: 403,
  });
  expect(emulator.setSwitches({ generation: "5.23" })).toMatchObject(old);
});

test.each([
  { generation: "6" },
  { readLag: -1 },
  { rateLimits: { ads_write: [{ limit: 0, window: 60 }] } },
  { ignoredFields: ["colour"] },
  { unheardOf: true },
])("rejects %j at the start and later", async (switches) => {
  await expect(startEmulator({ switches: switches as object })).rejects.toThrow(ZodError);
  const { emulator } = await emulate();
  const before = emulator.switches();
  expect(() => emulator.setSwitches(switches as object)).toThrow(ZodError);
  expect(emulator.switches()).toEqual(before);
});

const extra = { emulator_extra: expect.anything() };

scenarios({
  "adds undocumented fields to objects, items and errors if the switch is set": [
    { switches: { extraFields: true } },
    { put: { shop: {} } },
    ["GET /integrations/commerce/shop", 200, some(extra)],
    ["GET /integrations", 200, { items: [some(extra)], bookmark: null, ...extra }],
    ["GET /integrations/commerce/a", 404, some(extra)],
  ],
});

test.each([
  ["generation=5.28", { generation: "5.28" }],
  ["createStatus=201", { createStatus: 201 }],
  ["codeAsText=true", { codeAsText: true }],
  ["ignoredFields=scopes,connected_tag_id", { ignoredFields: ["scopes", "connected_tag_id"] }],
  ["ignoredFields=", { ignoredFields: [] }],
  ["rateLimits=trial", { rateLimits: "trial" }],
  [
    'rateLimits={"ads_write": [{"limit": 5, "window": 6}], "org_read": []}',
    { rateLimits: { ads_write: [{ limit: 5, window: 6 }], org_read: [] } },
  ],
  ["writeSpacing=500", { writeSpacing: 500 }],
])("parses %s as %j", (text, switches) => {
  expect(parseSwitch(text)).toEqual(switches);
});

test.each([
  ["readLag=often", "Invalid input: expected number, received string"],
  ["readLag=-1", "Too small: expected number to be >=0"],
  ["createStatus=202", "Invalid option: expected one of 200|201"],
  ["writeSpacing=-1", "Invalid input: expected off, or milliseconds"],
  ['rateLimits={"ads_write":5}', /off, standard, trial, or JSON such as \{"ads_write":\[.*seconds$/],
  ["ignoredFields=name", /expected one of "connected_merchant_id"\|.*"connected_tag_id"/],
])("names the values that a switch allows: %s", (text, problem) => {
  const [name, value] = text.split("=");
  const start = `'${value}' is not a valid value of the switch ${name}. `;
  expect(() => parseSwitch(text)).toThrow(start);
  const message = typeof problem === "string" ? start + problem : expect.stringMatching(problem);
  expect(() => parseSwitch(text)).toThrow(expect.objectContaining({ message }));
});

test("lists the known switches if a name is unknown", () => {
  expect(() => parseSwitch("speed=9")).toThrow(/unknown switch 'speed'\. Allowed: .*generation/);
});
