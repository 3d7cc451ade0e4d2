// Issues and notes at GitLab. GITLAB_TOKEN is a project access token with the scope `api`; GitLab sets the other variables in every job.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allPages, api, requiredVariable } from "./http.mjs";

export function gitlab() {
  const call = api(requiredVariable("CI_API_V4_URL"), { "private-token": requiredVariable("GITLAB_TOKEN") });
  const list = (path) => allPages((page) => call("GET", page), path);
  const project = `/projects/${requiredVariable("CI_PROJECT_ID")}`;
  const pipeline = join(requiredVariable("CI_PROJECT_DIR"), ".gitlab-ci.yml");
  const deploy = "run a pipeline for the default branch";
  const notes = () => `${project}/merge_requests/${requiredVariable("CI_MERGE_REQUEST_IID")}/notes`;
  return {
    /** Maximum length of an issue or a note, in characters. GitLab accepts more; this keeps them readable. */
    maxLength: 200_000,
    /** Whether the pipeline has the job that deploys. */
    deploys: /^up:/m.test(existsSync(pipeline) ? readFileSync(pipeline, "utf8") : ""),
    /** How to deploy without a change, as the end of a sentence. */
    deploy,
    /** How to deploy with a higher limit of deletions, as the end of a sentence. */
    raiseDeleteLimit: (limit) => `${deploy} with the variable \`PINTEREST_DELETE_LIMIT\` set to ${limit}`,
    run: requiredVariable("CI_PIPELINE_URL"),
    async issues(label) {
      const found = await list(`${project}/issues?state=opened&labels=${encodeURIComponent(label)}`);
      return found.map(({ iid, title, description }) => ({ number: iid, title, body: description ?? "" }));
    },
    create: (title, description, labels) => call("POST", `${project}/issues`, { title, description, labels }),
    update: (number, title, description) =>
      call("PUT", `${project}/issues/${number}`, { title, description }),
    close: (number) => call("PUT", `${project}/issues/${number}`, { state_event: "close" }),
    comment: (number, body) => call("POST", `${project}/issues/${number}/notes`, { body }),
    async comments() {
      return (await list(notes())).map(({ id, body }) => ({ id, body: body ?? "" }));
    },
    createComment: (body) => call("POST", notes(), { body }),
    updateComment: (id, body) => call("PUT", `${notes()}/${id}`, { body }),
  };
}
