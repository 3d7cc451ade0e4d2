import { isUnread } from "../../stack/accepted";
import { effectOf, isFailing } from "../../stack/forecasts";
import { aliasAdvice } from "../../stack/renames";
import type { DriftedProperty, MerchantReport } from "../../stack/report";
import { type ColumnOf, type Item, propertyColumns, type Table, tableOf } from "../tables/table";
import { type Entry, failureItem, nameColumn, type Section } from "./section";
import type { Source } from "./wording";

/** Sections about what the next update does with integrations that it creates, replaces or renames. */

/** An integration with a forecast. */
type Forecasted = Entry & { readonly forecast: NonNullable<MerchantReport["forecast"]> };

/** The column with the outcomes of the next update, if a forecast exists. */
export function forecastColumns(entries: readonly Entry[]): ColumnOf<Entry>[] {
  if (entries.every(({ merchant }) => merchant.forecast === undefined)) return [];
  return [
    {
      head: "Next update",
      cell: ({ merchant: { forecast } }) =>
        forecast === undefined
          ? { kind: "none", text: "" }
          : {
              kind: "text",
              text: effectOf(forecast),
              ...(isFailing(forecast) && { color: "red" as const }),
            },
    },
  ];
}

/** @param entries the integrations with pending changes */
export function forecastSections(entries: readonly Entry[], source: Source): Section[] {
  const forecasted = entries.flatMap((entry): Forecasted[] => {
    const { forecast } = entry.merchant;
    return forecast === undefined ? [] : [{ ...entry, forecast }];
  });
  return [refused(forecasted, source), overwritten(forecasted, source), notChecked(forecasted, source)];
}

/** The section of a verdict, if the report must say more than in the list of pending changes. */
const sectionByVerdict: Readonly<Record<Forecasted["forecast"]["verdict"], Section["kind"] | undefined>> = {
  refused: "refused",
  foreign: "refused",
  undeletable: "refused",
  overwritten: "overwritten",
  "not-checked": "not-checked",
  unknown: "not-checked",
  created: undefined,
  adopted: undefined,
  imported: undefined,
  // One error of the preview names all protected resources.
  protected: undefined,
};

/** Whether the report shows an integration in a section about the next update. */
export function hasForecastSection({ forecast, status }: MerchantReport): boolean {
  if (forecast === undefined) return false;
  // Revoked and unreachable integrations in state have sections of their own.
  const section = sectionByVerdict[forecast.verdict];
  return section !== undefined && !(section === "not-checked" && isUnread({ status }));
}

function updateOf({ forPullRequest }: Source): string {
  return forPullRequest ? "After the merge, the update" : "The next update";
}

function refused(forecasted: readonly Forecasted[], source: Source): Section {
  const { noun } = source;
  const entries = inSection("refused", forecasted);
  const renames = entries.flatMap(({ merchant: { name, alias } }) =>
    alias === undefined ? [] : [{ name, alias }],
  );
  const isForeign = entries.some(({ forecast }) => forecast.verdict === "foreign");
  const toCopy = entries.some(
    ({ forecast, merchant }) => forecast.verdict === "refused" && merchant.renamedFrom === undefined,
  );
  return {
    kind: "refused",
    title: "Refused",
    meaning: `${updateOf(source)} fails for these integrations.`,
    ...differencesTable(entries, source),
    remedies: [
      renames.length > 0 && `Renamed without an alias, and different at Pinterest. ${aliasAdvice(renames)}`,
      toCopy &&
        `To keep Pinterest's values, copy them into the ${noun}. The update then adopts the integrations. To overwrite them, set \`adopt\` to true.`,
      isForeign &&
        "If an integration belongs to another owner, use the account of its owner, or choose another external business ID.",
    ].filter((text) => text !== false),
  };
}

function overwritten(forecasted: readonly Forecasted[], source: Source): Section {
  const { noun } = source;
  return {
    kind: "overwritten",
    title: "Overwritten",
    meaning: `${updateOf(source)} overwrites these values at Pinterest, because the ${noun} sets adopt.`,
    ...differencesTable(inSection("overwritten", forecasted), source),
    remedies: [`To keep Pinterest's values, copy them into the ${noun}.`],
  };
}

function notChecked(forecasted: readonly Forecasted[], { item }: Source): Section {
  const entries = inSection("not-checked", forecasted);
  const groups = Map.groupBy(entries, ({ forecast: { reason, advice } }) => JSON.stringify([reason, advice]));
  return {
    kind: "not-checked",
    title: "Not checked",
    meaning: "The check could not compare these new integrations with Pinterest.",
    columns: [nameColumn(item)],
    items: [...groups.values()].map((group): Item => {
      const [{ forecast }] = group as [Forecasted];
      const requestIds = group.map((entry) => entry.forecast.requestId);
      return failureItem(group, requestIds, forecast.reason, forecast.advice);
    }),
  };
}

function inSection(kind: Section["kind"], entries: readonly Forecasted[]): Forecasted[] {
  return entries.filter(
    ({ forecast, merchant }) => sectionByVerdict[forecast.verdict] === kind && hasForecastSection(merchant),
  );
}

/** Both values of each property that differs, or the reason if no property differs. */
function differencesTable(entries: readonly Forecasted[], { item, noun }: Source): Table {
  type Row = Forecasted & { readonly property?: DriftedProperty };
  const rows = entries.map((entry): Row[] => {
    const { differences = [] } = entry.forecast;
    return differences.length === 0 ? [entry] : differences.map((property) => ({ ...entry, property }));
  });
  return tableOf(
    [nameColumn(item), ...propertyColumns<Row>(noun, ({ forecast }) => reasonOf(forecast))],
    rows,
  );
}

function reasonOf({ verdict, reason = "" }: Forecasted["forecast"]): string {
  switch (verdict) {
    case "foreign":
      return "belongs to another owner";
    case "undeletable":
      return `its old integration must not be deleted: ${reason}`;
    default:
      return reason;
  }
}
