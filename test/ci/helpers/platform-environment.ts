import { join } from "node:path";
import { kit } from "./kit";
import type { PlatformServer } from "./platform-server";

/** The variables for the API that GitHub sets in a job, without the token. */
export const githubEnvironment = ({ url }: PlatformServer): Record<string, string> => ({
  GITHUB_ACTIONS: "true",
  GITHUB_API_URL: url,
  GITHUB_REF_NAME: "main",
  GITHUB_REPOSITORY: "shop/infra",
  GITHUB_RUN_ID: "4711",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_WORKSPACE: join(kit, "github"),
});

/** The variables for the API in a GitLab job, with the token of the project's settings. */
export const gitlabEnvironment = ({ url }: PlatformServer): Record<string, string> => ({
  GITLAB_CI: "true",
  CI_API_V4_URL: url,
  CI_PROJECT_ID: "7",
  CI_MERGE_REQUEST_IID: "12",
  CI_PIPELINE_URL: "https://gitlab.com/shop/infra/-/pipelines/4711",
  GITLAB_TOKEN: "glpat-test",
});
