import { expect, test } from "@jest/globals";
import { renderTable } from "../../../cli/drift/terminal";
import type { MerchantReport } from "../../../stack/report";
import { namedRequest, pattern } from "../../expected/messages";
import { recordingTerminal } from "../helpers/terminal";
import { merchant, withMerchants } from "./helpers/example";

type Forecast = NonNullable<MerchantReport["forecast"]>;

const pending = (name: string, forecast: Forecast, more: Partial<MerchantReport> = {}) =>
  merchant(name, { pending: ["create"], forecast, ...more });
const differences = [{ name: "connectedTagId", secret: false, program: "11", pinterest: "22" }];
const textFor = (...merchants: MerchantReport[]) =>
  renderTable(withMerchants(...merchants), recordingTerminal());

test.each<[Forecast, string]>([
  [{ verdict: "created" }, "creates it"],
  [{ verdict: "adopted", notCompared: ["partnerAccessToken"] }, "adopts it, and writes partnerAccessToken"],
  [{ verdict: "overwritten", differences }, "overwrites it"],
  [{ verdict: "imported" }, "imports it"],
  [{ verdict: "foreign" }, "refuses it"],
  [{ verdict: "unknown", reason: "`account` is unknown until the update" }, "not known before the update"],
  [{ verdict: "not-checked", reason: "no response" }, "not checked"],
])("prints what the next update does with a pending create: %j", (forecast, effect) => {
  expect(textFor(pending("ulm", forecast))).toMatch(
    new RegExp(`^  Integration +Changes +Next update\n  ulm +create +${effect}$`, "m"),
  );
});

test("prints no column of forecasts if the check did not run the program", () => {
  expect(textFor(merchant("ulm", { pending: ["create"] }))).not.toContain("Next");
});

test("prints both values of properties that are refused or overwritten", () => {
  const text = textFor(
    pending("ulm", { verdict: "refused", differences }),
    pending("trier", { verdict: "foreign", reason: "Pinterest responded with HTTP 403" }),
    pending("essen", { verdict: "undeletable", reason: "`pinterest:onDelete` is `refuse`" }),
    pending("bonn", { verdict: "overwritten", differences }),
  );
  expect(text).toContain(`
Refused: The next update fails for these integrations.
  Integration  Property                                                                   Program  Pinterest
  ulm          connectedTagId                                                             11       22
  trier        belongs to another owner
  essen        its old integration must not be deleted: \`pinterest:onDelete\` is \`refuse\`

  To keep Pinterest's values, copy them into the program. The update then adopts the integrations. To
  overwrite them, set \`adopt\` to true.

  If an integration belongs to another owner, use the account of its owner, or choose another external
  business ID.

Overwritten: The next update overwrites these values at Pinterest, because the program sets adopt.
  Integration  Property        Program  Pinterest
  bonn         connectedTagId  11       22
`);
});

test("prints creates that were not checked by reason, with the remedy once", () => {
  const forecast: Forecast = { verdict: "not-checked", reason: "HTTP 401", advice: "Set a token." };
  const text = textFor(
    pending("ulm", { ...forecast, requestId: "1" }),
    pending("trier", { ...forecast, requestId: "2" }),
    // This one is in the section of revoked integrations.
    pending(
      "bonn",
      { ...forecast, reason: "HTTP 403" },
      { status: "revoked", pending: ["rename"], reason: "revoked" },
    ),
  );
  expect(text.match(new RegExp(`HTTP 401 ${pattern(namedRequest("1, for instance"))}`, "g"))).toHaveLength(1);
  expect(text.match(/Set a token\./g)).toHaveLength(1);
  expect(text).not.toContain("HTTP 403");
});

test("refused and unchecked creates are pending, and not drift", () => {
  const report = withMerchants(
    pending("ulm", { verdict: "refused", differences }),
    pending("trier", { verdict: "not-checked", reason: "HTTP 401" }),
  );
  expect(report).toMatchObject({ exitCode: 0, summary: { pending: 2, drifted: 0, revoked: 0 } });
});
