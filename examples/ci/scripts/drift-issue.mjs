// Usage: node drift-issue.mjs <directory of the reports>
// Keeps the one issue that tells of drift: opens it, renews it, and closes it when a check of everything finds none.
import { main, platform } from "./lib/platform.mjs";
import { readChecks } from "./lib/reports.mjs";
import { inFewWords, reportsOf } from "./lib/text.mjs";

const label = "pinterest-drift";
const marker = "<!-- pulumi-pinterest drift issue -->";
const seen = "<!-- pulumi-pinterest drift that was seen -->";

main(async () => {
  const host = platform();
  const checks = readChecks(process.argv[2] ?? "reports");
  // The label is for those who may set it; the marker leaves alone what people wrote under that label.
  const [issue] = (await host.issues(label)).filter(({ body }) => body.startsWith(marker));
  if (!checks.drift && !checks.failed) {
    if (issue === undefined) return "No drift.";
    await host.say(issue.number, `No drift any more: ${host.run}`);
    await host.close(issue.number);
    return `No drift any more; issue ${issue.number} is closed.`;
  }
  const earlier = checks.drift ? undefined : seenIn(issue);
  const title = titleOf(checks, earlier);
  const body = bodyOf(checks, earlier, host);
  if (issue === undefined) {
    const created = await host.create(title, body, label);
    return `Opened issue ${created.number ?? created.iid}: ${title}.`;
  }
  await host.update(issue.number, title, body);
  // A renewed text sends no message to anybody, a comment does.
  if (title !== issue.title) await host.say(issue.number, `${title}: ${host.run}`);
  return `Renewed issue ${issue.number}: ${title}.`;
});

function titleOf(checks, earlier) {
  if (checks.drift) {
    return `Pinterest drift: ${inFewWords(checks)}${checks.failed ? "; not everything could be checked" : ""}`;
  }
  return earlier === undefined
    ? "Pinterest drift check failed"
    : "Pinterest drift check failed; drift was seen before";
}

function bodyOf(checks, earlier, { room, run }) {
  const lines = [
    marker,
    checks.drift ? `**${inFewWords(checks)}.** Last check: ${run}` : `Last check: ${run}`,
  ];
  if (checks.failed) {
    lines.push(
      "",
      "**The check itself failed, at least in part.** What it could not look at may have drifted or not.",
    );
  }
  if (earlier !== undefined) {
    lines.push(
      "Drift that was seen before stands at the end. This issue stays open until a check of everything finds none.",
    );
  }
  const head = lines.join("\n");
  if (checks.drift) {
    return `${head}\n\n${seen}\n${reportsOf(checks, room - head.length)}`;
  }
  const reports = reportsOf(checks, earlier === undefined ? room - head.length : room / 4);
  if (earlier === undefined) return `${head}\n\n${reports}`;
  const before = `${head}\n\n${reports}\n## Seen before\n\n${seen}\n`;
  return `${before}${earlier.slice(0, room - before.length)}`;
}

/** What the issue told of drift when it was last seen. */
function seenIn(issue) {
  const [, text] = issue?.body.split(`${seen}\n`) ?? [];
  return text;
}
