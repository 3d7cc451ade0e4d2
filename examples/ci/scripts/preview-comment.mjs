// Usage: node preview-comment.mjs <directory of the reports>
// Keeps one comment on the pull request, or merge request: what it would change, and what has drifted.
import { main, platform } from "./lib/platform.mjs";
import { readChecks } from "./lib/reports.mjs";
import { folded, inFewWords, plain, reportsOf } from "./lib/text.mjs";

const marker = "<!-- pulumi-pinterest preview -->";

main(async () => {
  const host = platform();
  const checks = readChecks(process.argv[2] ?? "reports");
  const head = `${marker}\n${headline(checks)} [The run](${host.run})\n\n`;
  const preview = (check, room) =>
    check.preview === undefined
      ? ""
      : folded(`Preview of stack <code>${plain(check.stack)}</code>`, check.preview, room);
  const body = head + reportsOf(checks, host.room - head.length, preview);
  // Somebody may have quoted the comment; then the marker is not what the text begins with.
  const comment = (await host.comments()).find((candidate) => candidate.body.startsWith(marker));
  if (comment === undefined) {
    await host.createComment(body);
    return "Wrote the comment.";
  }
  await host.updateComment(comment.id, body);
  return "Renewed the comment.";
});

function headline(checks) {
  const { pending } = checks;
  const parts = [
    pending === 0
      ? "**This changes no integration at Pinterest.**"
      : `**This changes ${pending === 1 ? "1 integration" : `${pending} integrations`} at Pinterest.**`,
    ...(checks.drift
      ? [`Apart from that, drift: ${inFewWords(checks)}. An update puts right what can be reached.`]
      : []),
    ...(checks.failed ? ["**The check failed, at least in part.**"] : []),
  ];
  // Where something failed, that nothing changes is not known.
  return (checks.failed && pending === 0 ? parts.slice(1) : parts).join(" ");
}
