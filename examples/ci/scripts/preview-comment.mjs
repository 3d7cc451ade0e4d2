// Usage: node preview-comment.mjs <directory of the reports>
// Maintains one comment on the pull request or merge request: the changes that it would make, and the current drift.
import { main, platform } from "./lib/platform.mjs";
import { readChecks } from "./lib/reports.mjs";
import { collapsed, joinReports, safeName, summarize } from "./lib/text.mjs";

const marker = "<!-- pulumi-pinterest preview -->";

main(async () => {
  const host = platform();
  const checks = readChecks(process.argv[2] ?? "reports");
  const head = `${marker}\n${headline(checks)} [Run](${host.run})\n\n`;
  const preview = (check, maxLength) =>
    check.preview === undefined
      ? ""
      : collapsed(`Preview of stack <code>${safeName(check.stack)}</code>`, check.preview, maxLength);
  const body = head + joinReports(checks, host.maxLength - head.length, preview);
  // A comment that quotes this one contains the marker too, but does not start with it.
  const comment = (await host.comments()).find((candidate) => candidate.body.startsWith(marker));
  if (comment === undefined) {
    await host.createComment(body);
    return "Created the comment.";
  }
  await host.updateComment(comment.id, body);
  return "Updated the comment.";
});

function headline(checks) {
  const { pending } = checks;
  const parts = [
    pending === 0
      ? "**This changes no integration at Pinterest.**"
      : `**This changes ${pending === 1 ? "1 integration" : `${pending} integrations`} at Pinterest.**`,
    ...(checks.drift ? [`Current drift: ${summarize(checks)}. The next deployment fixes it.`] : []),
    ...(checks.failed ? ["**The check failed, at least in part.**"] : []),
  ];
  // After a failure, 0 pending changes can also mean that they are unknown.
  return (checks.failed && pending === 0 ? parts.slice(1) : parts).join(" ");
}
