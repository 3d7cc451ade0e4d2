// Usage: node adopt-pull-request.mjs <patch>
// Maintains one pull request with Pinterest's values: opens or updates it with the patch, and closes it if the patch is empty. A check that
// failed writes no patch, and changes nothing. Only for GitHub.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { github } from "./lib/github.mjs";
import { main } from "./lib/platform.mjs";

const branch = "pinterest-drift";
const title = "Copy Pinterest's values into the program";
const body =
  "Somebody changed these values at Pinterest. To decline a change, run `npx pulumi-pinterest drift --fix --only ID`, or accept it with `--accept --only ID`.";

main(async () => {
  const [patch] = process.argv.slice(2);
  if (!existsSync(patch)) return "The check failed, and wrote no patch.";
  const host = github();
  const [opened] = await host.pullRequests(branch);
  if (readFileSync(patch, "utf8") === "") {
    if (opened === undefined) return "There are no values to copy.";
    await host.close(opened.number);
    return `There are no values to copy. Closed pull request ${opened.number}.`;
  }
  push(patch);
  if (opened !== undefined) return `Updated pull request ${opened.number}.`;
  const created = await host.createPullRequest(title, body, branch);
  return `Opened pull request ${created.number}.`;
});

/** Pushes one commit. For the same patch, it has the same hash until the default branch changes, so that reviews stay valid. */
function push(patch) {
  const date = git("log", "-1", "--format=%cI").trim();
  const identity = [
    "user.name=github-actions[bot]",
    "user.email=github-actions[bot]@users.noreply.github.com",
  ];
  process.env.GIT_COMMITTER_DATE = date;
  git("switch", "--force-create", branch);
  git("apply", patch);
  git(
    ...identity.flatMap((setting) => ["-c", setting]),
    "commit",
    "--all",
    "--message",
    title,
    "--date",
    date,
  );
  git("push", "--force", "origin", branch);
}

function git(...args) {
  return execFileSync("git", args, { encoding: "utf8" });
}
