// Issues and notes at GitLab. GITLAB_TOKEN is a token of the project with the scope `api`; all else is there in every job.
import { allPages, api, needed } from "./http.mjs";

export function gitlab() {
  const call = api(needed("CI_API_V4_URL"), { "private-token": needed("GITLAB_TOKEN") });
  const list = (path) => allPages((page) => call("GET", page), path);
  const project = `/projects/${needed("CI_PROJECT_ID")}`;
  const notes = () => `${project}/merge_requests/${needed("CI_MERGE_REQUEST_IID")}/notes`;
  return {
    /** How much text an issue or a note takes; GitLab would take more, but nobody reads that. */
    room: 200_000,
    run: needed("CI_PIPELINE_URL"),
    async issues(label) {
      const found = await list(`${project}/issues?state=opened&labels=${encodeURIComponent(label)}`);
      return found.map(({ iid, title, description }) => ({ number: iid, title, body: description ?? "" }));
    },
    create: (title, description, labels) => call("POST", `${project}/issues`, { title, description, labels }),
    update: (number, title, description) =>
      call("PUT", `${project}/issues/${number}`, { title, description }),
    close: (number) => call("PUT", `${project}/issues/${number}`, { state_event: "close" }),
    say: (number, body) => call("POST", `${project}/issues/${number}/notes`, { body }),
    async comments() {
      return (await list(notes())).map(({ id, body }) => ({ id, body: body ?? "" }));
    },
    createComment: (body) => call("POST", notes(), { body }),
    updateComment: (id, body) => call("PUT", `${notes()}/${id}`, { body }),
  };
}
