// The result of a shard, as a line and as Markdown for the job summary.

/** @typedef {import("pulumi-pinterest/fleet").MerchantOutcome} MerchantOutcome */
/** @typedef {import("pulumi-pinterest/fleet").ShardOutcome} ShardOutcome */

/**
 * For example "drifted north: connectedTagId".
 *
 * @param {MerchantOutcome} merchant
 */
export function lineOf(merchant) {
  const details = detailsOf(merchant);
  return `${inWords(merchant.status)} ${merchant.name}${details === "" ? "" : `: ${details}`}`;
}

/**
 * For example "up of shard-0001: 2 created, 98 in sync".
 *
 * @param {string} shard
 * @param {ShardOutcome} outcome
 */
export function headlineOf(shard, { operation, merchants, interrupted }) {
  const counts = Map.groupBy(merchants, ({ status }) => status);
  const found = [...counts].map(([status, those]) => `${those.length} ${inWords(status)}`).join(", ");
  return `${operation} of ${shard}: ${found || "no merchant"}${interrupted ? "; interrupted" : ""}`;
}

/**
 * A table of the merchants that are neither in sync nor unchanged.
 *
 * @param {string} shard
 * @param {ShardOutcome} outcome
 */
export function markdownOf(shard, outcome) {
  const told = outcome.merchants.filter(({ status }) => status !== "in-sync" && status !== "unchanged");
  const rows = told.map(
    (merchant) => `| ${cell(merchant.name)} | ${merchant.status} | ${cell(detailsOf(merchant))} |`,
  );
  const lines = [
    `## ${headlineOf(shard, outcome)}`,
    "",
    ...outcome.errors.flatMap((error) => [cell(error), ""]),
    ...(rows.length === 0 ? [] : ["| merchant | result | details |", "| --- | --- | --- |", ...rows]),
  ];
  return `${lines.join("\n").trimEnd()}\n\n`;
}

/** @param {MerchantOutcome["status"]} status */
function inWords(status) {
  return status.replace("-", " ");
}

/** @param {MerchantOutcome} merchant */
function detailsOf({ properties, message }) {
  return message ?? properties.join(", ");
}

/**
 * Text that Markdown shows unchanged, on one line.
 *
 * @param {string} text
 */
function cell(text) {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|&#~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
