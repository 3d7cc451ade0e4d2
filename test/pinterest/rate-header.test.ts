import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readRateReport } from "../../provider/pinterest/rate/header";

function limits(limit: string | string[]) {
  return readRateReport({ headers: { "x-ratelimit-limit": limit } }).limits;
}

const safetyNet = { name: "safety_net", quota: 100, widthMs: 1000 };
const read = { name: "ads_read", quota: 60, widthMs: 60_000 };

describe("the limits", () => {
  test.each([
    [
      "as Pinterest writes them",
      '60, 100;w=1;name="safety_net_app_id_user_id", 60;w=60;name="ads_read_app_id_user_id"',
      [safetyNet, read],
    ],
    [
      "of a whole app",
      '1000, 1000;w=86400;name="ads_read_app_id"',
      [{ name: "ads_read", quota: 1000, widthMs: 86_400_000 }],
    ],
    ["without a name", "60, 60;w=60", [{ ...read, name: "" }]],
    ["with white space", ' 60 ,100 ; w=1 ; name = "safety_net" ', [safetyNet]],
    ["with parameters nobody knows", '60;w=60;name="ads_read";burst=5;x', [read]],
    ["with capitals in a parameter", '60;W=60;NAME="ads_read"', [read]],
    ["with a name without quotes", "60;w=60;name=ads_read", [read]],
    ["with separators in a name", '60;w=60;name="a,b;w=1"', [{ ...read, name: "a,b;w=1" }]],
    ["with a quote in a name", String.raw`60;w=60;name="a\",\"b"`, [{ ...read, name: 'a","b' }]],
    ["of which one makes no sense", '60, x;w=1;name="safety_net", 60;w=60;name="ads_read"', [read]],
    ["of no request or no time", "0;w=60, 60;w=0, -1;w=60, 60;w=-1, 6e1;w=60, 60;w=1.5", []],
    ["as a mere number", "1000", []],
    ["that are not there", "", []],
  ])("%s", (_name, text, expected) => {
    expect(limits(text)).toEqual(expected);
  });

  test("on several lines", () => {
    expect(limits(["60", '100;w=1;name="safety_net"', '60;w=60;name="ads_read"'])).toEqual([safetyNet, read]);
  });
});

test.each([
  ["60", "3", "20", { limit: read, remaining: 3, resetMs: 20_000 }],
  ["100", "99", "1", { limit: safetyNet, remaining: 99, resetMs: 1_000 }],
  ["61", "3", "20", undefined],
  ["60", "3", "soon", undefined],
  ["60", "-3", "20", undefined],
  // No limit that is named takes so long to be full again.
  ["60", "0", "67150", undefined],
])("what is left belongs to the limit of the first number: %s", (first, remaining, reset, expected) => {
  const report = readRateReport({
    headers: {
      "x-ratelimit-limit": `${first}, 100;w=1;name="safety_net", 60;w=60;name="ads_read"`,
      "x-ratelimit-remaining": remaining,
      "x-ratelimit-reset": reset,
    },
  });
  expect(report.nearest).toEqual(expected);
});

test("of two limits of one quota, what is left belongs to the shortest that takes so long to be full again", () => {
  const report = readRateReport({
    headers: {
      "x-ratelimit-limit": '60, 60;w=86400;name="day", 60;w=60;name="minute", 60;w=1;name="second"',
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": "30",
    },
  });
  expect(report.nearest?.limit.name).toBe("minute");
});

const name = fc.string({ unit: "grapheme-ascii" }).filter((text) => !/_app_id(_user_id)?$/.test(text));
const limit = fc.record({
  name,
  quota: fc.integer({ min: 1, max: 1e9 }),
  widthMs: fc.integer({ min: 1, max: 86_400 }).map((seconds) => seconds * 1000),
});

test("whatever limits are written are read", () => {
  fc.assert(
    fc.property(fc.array(limit), (written) => {
      const items = written.map(
        ({ quota, widthMs, ...of }) =>
          `${quota};w=${widthMs / 1000};name="${of.name.replace(/[\\"]/g, "\\$&")}"`,
      );
      expect(limits(["5", ...items].join(", "))).toEqual(written);
    }),
  );
});

test("no text makes the reading fail, or gives a limit that allows nothing", () => {
  const junk = fc.array(fc.constantFrom("6", "0", ";", ",", "w", "=", '"', "\\", "name", " ", "-", ".", "é"));
  fc.assert(
    fc.property(
      junk.map((parts) => parts.join("")),
      (text) => {
        for (const { quota, widthMs } of limits(text)) {
          expect(quota).toBeGreaterThanOrEqual(1);
          expect(widthMs).toBeGreaterThanOrEqual(1000);
        }
      },
    ),
  );
});
