// Issues and comments at GitHub. GITHUB_TOKEN has to be handed to the step; all else is there in every job.
import { allPages, api, needed } from "./http.mjs";

export function github() {
  const call = api(needed("GITHUB_API_URL"), {
    authorization: `Bearer ${needed("GITHUB_TOKEN")}`,
    "x-github-api-version": "2022-11-28",
  });
  const list = (path) => allPages((page) => call("GET", page), path);
  const repository = `/repos/${needed("GITHUB_REPOSITORY")}`;
  return {
    /** How much text an issue or a comment takes. */
    room: 65_000,
    run: `${needed("GITHUB_SERVER_URL")}/${needed("GITHUB_REPOSITORY")}/actions/runs/${needed("GITHUB_RUN_ID")}`,
    async issues(label) {
      const found = await list(`${repository}/issues?state=open&labels=${encodeURIComponent(label)}`);
      return found
        .filter((issue) => issue.pull_request === undefined)
        .map(({ number, title, body }) => ({ number, title, body: body ?? "" }));
    },
    create: (title, body, label) => call("POST", `${repository}/issues`, { title, body, labels: [label] }),
    update: (number, title, body) => call("PATCH", `${repository}/issues/${number}`, { title, body }),
    close: (number) => call("PATCH", `${repository}/issues/${number}`, { state: "closed" }),
    say: (number, body) => call("POST", `${repository}/issues/${number}/comments`, { body }),
    async comments() {
      const found = await list(`${repository}/issues/${needed("PULL_REQUEST")}/comments`);
      return found.map(({ id, body }) => ({ id, body: body ?? "" }));
    },
    createComment: (body) =>
      call("POST", `${repository}/issues/${needed("PULL_REQUEST")}/comments`, { body }),
    updateComment: (id, body) => call("PATCH", `${repository}/issues/comments/${id}`, { body }),
  };
}
