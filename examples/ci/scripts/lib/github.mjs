// Issues and comments at GitHub. The step must set GITHUB_TOKEN; GitHub sets the other variables in every job.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { allPages, api, requiredVariable } from "./http.mjs";

export function github() {
  const call = api(requiredVariable("GITHUB_API_URL"), {
    authorization: `Bearer ${requiredVariable("GITHUB_TOKEN")}`,
    "x-github-api-version": "2022-11-28",
  });
  const list = (path) => allPages((page) => call("GET", page), path);
  const name = requiredVariable("GITHUB_REPOSITORY");
  const repository = `/repos/${name}`;
  const deploy = "run the workflow `Pinterest up` by hand";
  const pullRequest = () => `${repository}/issues/${requiredVariable("PULL_REQUEST")}`;
  return {
    /** Maximum length of an issue or a comment, in characters. */
    maxLength: 65_000,
    /** Whether the repository has the workflow that deploys. */
    deploys: existsSync(join(requiredVariable("GITHUB_WORKSPACE"), ".github/workflows/up.yml")),
    /** How to deploy without a change, as the end of a sentence. */
    deploy,
    /** How to deploy with a higher limit of deletions, as the end of a sentence. */
    raiseDeleteLimit: (limit) =>
      `${deploy} and enter ${limit} as \`delete_limit\`, which sets \`PINTEREST_DELETE_LIMIT\``,
    run: `${requiredVariable("GITHUB_SERVER_URL")}/${name}/actions/runs/${requiredVariable("GITHUB_RUN_ID")}`,
    async issues(label) {
      const found = await list(`${repository}/issues?state=open&labels=${encodeURIComponent(label)}`);
      return found
        .filter((issue) => issue.pull_request === undefined)
        .map(({ number, title, body }) => ({ number, title, body: body ?? "" }));
    },
    create: (title, body, label) => call("POST", `${repository}/issues`, { title, body, labels: [label] }),
    update: (number, title, body) => call("PATCH", `${repository}/issues/${number}`, { title, body }),
    close: (number) => call("PATCH", `${repository}/issues/${number}`, { state: "closed" }),
    comment: (number, body) => call("POST", `${repository}/issues/${number}/comments`, { body }),
    pullRequests: (branch) => list(`${repository}/pulls?state=open&head=${name.split("/")[0]}:${branch}`),
    createPullRequest: (title, body, head) =>
      call("POST", `${repository}/pulls`, { title, body, head, base: requiredVariable("GITHUB_REF_NAME") }),
    async comments() {
      return (await list(`${pullRequest()}/comments`)).map(({ id, body }) => ({ id, body: body ?? "" }));
    },
    createComment: (body) => call("POST", `${pullRequest()}/comments`, { body }),
    updateComment: (id, body) => call("PATCH", `${repository}/issues/comments/${id}`, { body }),
  };
}
