import { expect, test } from "@jest/globals";
import { detail } from "../../../cli/fleet/print-run";

test("shows both the properties and the message", () => {
  const properties = ["connectedTagId", "scopes"];
  const message = "it was missing, and was recreated";
  expect(detail({ properties, message })).toBe(`connectedTagId, scopes; ${message}`);
  expect(detail({ properties, message: null })).toBe("connectedTagId, scopes");
  expect(detail({ properties: [], message })).toBe(message);
  expect(detail({ properties: [], message: null })).toBe("");
});

test("shows a message of several lines in one line", () => {
  expect(
    detail({
      properties: [],
      message: "Pinterest responded with HTTP 401.\nThe integration stays in state.",
    }),
  ).toBe("Pinterest responded with HTTP 401. The integration stays in state.");
});
