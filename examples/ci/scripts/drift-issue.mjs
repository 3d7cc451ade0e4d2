// Usage: node drift-issue.mjs <directory of the reports>
// Maintains one issue about drift and unmanaged integrations: opens it, updates it, and closes it when a complete check finds none. Comments
// only if something is new.
import { main, platform } from "./lib/platform.mjs";
import { readChecks } from "./lib/reports.mjs";
import { joinReports, summarize } from "./lib/text.mjs";

const label = "pinterest-drift";
const marker = "<!-- pulumi-pinterest drift issue -->";
const driftMarker = "<!-- pulumi-pinterest drift that was seen -->";

main(async () => {
  const host = platform();
  const checks = readChecks(process.argv[2] ?? "reports");
  // The marker excludes issues that people opened with the same label.
  const [issue] = (await host.issues(label)).filter(({ body }) => body.startsWith(marker));
  if (!checks.drift && !checks.failed && checks.unmanaged === 0) {
    if (issue === undefined) return "No drift.";
    const found =
      checks.accepted > 0
        ? `only accepted drift (${checks.accepted} integration${checks.accepted === 1 ? "" : "s"})`
        : "no drift";
    await host.comment(issue.number, `The check found ${found}: ${host.run}`);
    await host.close(issue.number);
    return `No drift. Closed issue ${issue.number}.`;
  }
  const isUnknown = checks.failed && !checks.drift && !checks.isCompared;
  const earlier = isUnknown ? earlierDrift(issue) : undefined;
  const title = titleOf(checks, earlier);
  const body = bodyOf(checks, earlier, host);
  if (issue === undefined) {
    const created = await host.create(title, body, label);
    return `Opened issue ${created.number ?? created.iid}: ${title}.`;
  }
  await host.update(issue.number, title, body);
  // Subscribers are notified of a comment, but not of an edited issue. Without drift or an earlier report, a new title is news.
  const isOnlyKnown = checks.drift && checks.isKnown;
  if (checks.new > 0 || (title !== issue.title && !isOnlyKnown)) {
    await host.comment(issue.number, `${checks.new > 0 ? `${checks.new} new. ` : ""}${title}: ${host.run}`);
  }
  return `Updated issue ${issue.number}: ${title}.`;
});

function titleOf(checks, earlier) {
  if (checks.drift) {
    return `Pinterest drift: ${summarize(checks)}${checks.failed ? "; not everything could be checked" : ""}`;
  }
  if (!checks.failed) return `Pinterest: ${summarize(checks)}`;
  return earlier === undefined
    ? "Pinterest drift check failed"
    : "Pinterest drift check failed; an earlier check found drift";
}

function bodyOf(checks, earlier, { maxLength, run, deploy }) {
  const found = checks.drift || checks.unmanaged > 0;
  const lines = [marker, found ? `**${summarize(checks)}.** Last check: ${run}` : `Last check: ${run}`];
  if (checks.drift) {
    lines.push(
      "",
      `To write the program's values back, ${deploy}. This also deploys pending changes, including deletions.`,
    );
  }
  if (checks.unmanaged > 0) {
    lines.push(
      "",
      "To manage the unmanaged integrations, import them as the report describes. To stop this check, remove `--unmanaged` from the nightly job.",
    );
  }
  if (checks.failed) {
    lines.push(
      "",
      "**The check failed, at least in part.** Integrations that could not be checked may have drifted.",
    );
  }
  if (earlier !== undefined) {
    lines.push(
      "The drift that an earlier check found is at the end. This issue stays open until a complete check finds no drift.",
    );
  }
  const head = lines.join("\n");
  if (checks.drift) {
    return `${head}\n\n${driftMarker}\n${joinReports(checks, maxLength - head.length)}`;
  }
  const reports = joinReports(checks, earlier === undefined ? maxLength - head.length : maxLength / 4);
  if (earlier === undefined) return `${head}\n\n${reports}`;
  const before = `${head}\n\n${reports}\n## Earlier drift\n\n${driftMarker}\n`;
  return `${before}${earlier.slice(0, maxLength - before.length)}`;
}

/** The drift in the issue's text, from the last check that found any. */
function earlierDrift(issue) {
  const [, text] = issue?.body.split(`${driftMarker}\n`) ?? [];
  return text;
}
