// Usage: node preview-comment.mjs <directory of the reports>
// Maintains one comment on the pull request or merge request: the changes that a deployment of its program makes, and the current drift.
import { main, platform } from "./lib/platform.mjs";
import { readChecks } from "./lib/reports.mjs";
import { collapsed, joinReports, safeName, summarize } from "./lib/text.mjs";

const marker = "<!-- pulumi-pinterest preview -->";
const namedAtMost = 5;

main(async () => {
  const host = platform();
  const checks = readChecks(process.argv[2] ?? "reports");
  const head = `${marker}\n${headline(checks, host)}\n\n${deletionWarnings(checks, host)}${renameWarning(checks)}`;
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

function headline(checks, { run }) {
  const changes = changesOf(checks);
  const drift = checks.drift ? summarize(checks) : undefined;
  // After a failure, no changes can also mean that they are unknown.
  const unchanged =
    drift === undefined
      ? "**Deploying this program changes no integration at Pinterest.**"
      : `**Deploying this program only fixes the current drift: ${drift}.**`;
  const parts = [
    ...(changes.length > 0
      ? [`**Deploying this program ${sentence(changes)}.**`]
      : checks.failed
        ? []
        : [unchanged]),
    ...(drift !== undefined && (changes.length > 0 || checks.failed) ? [`Current drift: ${drift}.`] : []),
    ...(checks.failed ? ["**The check failed, at least in part.**"] : []),
  ];
  const text = `${parts.join(" ")} [Run](${run})`;
  return changes.some(({ deletes }) => deletes) ? `> [!CAUTION]\n> ${text}` : text;
}

/** Warnings about stacks whose configuration prevents deletions of the pull request. */
function deletionWarnings({ checks }, { raiseDeleteLimit }) {
  return checks
    .map(({ stack, deleteLimit, onDelete, report }) => {
      const deleted = (report?.stacks ?? [])
        .flatMap(({ merchants }) => merchants)
        .filter(({ pending }) => pending.includes("delete") || pending.includes("replace")).length;
      if (deleted > 0 && onDelete === "refuse")
        return (
          `> [!WARNING]\n> The deployment of stack \`${safeName(stack)}\` will fail: it deletes ${deleted}, and \`pinterest:onDelete\` is ` +
          "`refuse`. If you want to delete them, set it to `disconnect` before you merge.\n\n"
        );
      if (deleted > 0 && onDelete === "retain")
        return (
          `> [!NOTE]\n> In stack \`${safeName(stack)}\`, \`pinterest:onDelete\` is \`retain\`: integrations that are deleted in Pulumi stay at ` +
          "Pinterest, and no program manages them.\n\n"
        );
      if (!deleteLimit || deleted <= Number(deleteLimit)) return "";
      return (
        `> [!WARNING]\n> The deployment of stack \`${safeName(stack)}\` can fail: it deletes ${deleted}, and \`pinterest:deleteLimit\` ` +
        `allows ${Number(deleteLimit)}. If you want to delete them, merge, then ${raiseDeleteLimit(deleted)}.\n\n`
      );
    })
    .join("");
}

/** A warning about renamed integrations whose deployment fails, because their values differ at Pinterest. */
function renameWarning({ merchants }) {
  const refused = merchants.filter((merchant) => merchant.refused);
  if (refused.length === 0) return "";
  const aliases = refused
    .slice(0, namedAtMost)
    .map(({ name, alias }) => `\`${safeName(name)}\`: \`${alias.replace(/[`\s]+/g, " ")}\``);
  const more = refused.length - aliases.length;
  return (
    `> [!WARNING]\n> The deployment of ${refused.length} renamed ${refused.length === 1 ? "integration" : "integrations"} will fail, because ` +
    "Pinterest's values differ. Before you merge, give each resource the alias of its old name or parent. " +
    `${aliases.join("; ")}${more > 0 ? `; ${more} more` : ""}.\n\n`
  );
}

/** The changes of the pull request to integrations, the most dangerous first. */
function changesOf({ merchants }) {
  const pending = merchants.filter((merchant) => merchant.pending.length > 0);
  const having = (change) => pending.filter((merchant) => merchant.pending.includes(change));
  const [deleted, replaced, created, renamed] = ["delete", "replace", "create", "rename"].map(having);
  const updated = pending.filter(
    (merchant) => ![deleted, replaced, created, renamed].some((others) => others.includes(merchant)),
  );
  return [
    { verb: "deletes", deletes: true, integrations: deleted },
    { verb: "replaces", deletes: true, integrations: replaced },
    { verb: "updates", deletes: false, integrations: updated },
    { verb: "creates", deletes: false, integrations: created },
    {
      verb: "renames",
      deletes: false,
      integrations: renamed,
      remark: renamed.some(({ refused }) => refused)
        ? "in Pulumi only, but the deployment fails, see below"
        : "in Pulumi only, nothing is disconnected",
    },
  ].filter(({ integrations }) => integrations.length > 0);
}

/** Changes such as "deletes 1 integration at Pinterest (`shop-1`) and updates 2". Names the integrations that are deleted. */
function sentence(changes) {
  const parts = changes.map(({ verb, deletes, integrations, remark }, index) => {
    const noun = `${integrations.length === 1 ? " integration" : " integrations"}${remark ? "" : " at Pinterest"}`;
    const details = deletes ? firstNames(integrations) : remark;
    return `${verb} ${integrations.length}${index === 0 ? noun : ""}${details ? ` (${details})` : ""}`;
  });
  const last = parts.pop();
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}

function firstNames(merchants) {
  const names = merchants.map(({ externalBusinessId }) => `\`${safeName(externalBusinessId)}\``);
  const more = names.length - namedAtMost;
  return more > 0 ? `${names.slice(0, namedAtMost).join(", ")} and ${more} more` : names.join(", ");
}
