// The comment of the CI example on a pull request, as a page in the style of GitHub: `npm run docs:pictures` takes a picture of it.
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { marked } from "marked";

const script = resolve(import.meta.dirname, "../examples/ci/scripts/preview-comment.mjs");

/** The Markdown of the comment that the CI example creates from a directory of reports. */
export async function pullRequestComment(reports: string): Promise<string> {
  let comment = "";
  const github = createServer(async (request, response) => {
    const body = await text(request);
    if (request.method === "POST") comment = JSON.parse(body).body;
    response.setHeader("content-type", "application/json").end(request.method === "POST" ? "{}" : "[]");
  });
  await new Promise<void>((done) => github.listen(0, "127.0.0.1", done));
  try {
    await promisify(execFile)(process.execPath, [script, reports], {
      env: {
        GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_REPOSITORY: "example/shops",
        GITHUB_RUN_ID: "1",
        GITHUB_WORKSPACE: resolve(import.meta.dirname, "../examples/ci/github"),
        GITHUB_TOKEN: "unused",
        PULL_REQUEST: "1",
      },
    });
  } finally {
    github.close();
  }
  return comment;
}

/** An HTML page that shows a comment of GitHub Actions. */
export function commentPage(markdown: string): string {
  const html = marked
    .parse(markdown, { async: false })
    .replaceAll(
      /<blockquote>\s*<p>\[!(\w+)\]/g,
      (_, kind: string) => `<blockquote class="${kind.toLowerCase()}"><p><b>${kind}</b><br>`,
    );
  return `<!doctype html>
<meta charset="utf-8">
<style>
  body { margin: 0; padding: 16px; font: 14px/1.5 sans-serif; color: #1f2328; background: #fff; width: 868px }
  article { border: 1px solid #d1d9e0; border-radius: 6px }
  header { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; color: #59636e }
  header b { color: #1f2328 }
  main { padding: 0 16px 8px }
  h2, h3 { font-size: 16px; margin: 16px 0 8px }
  blockquote { margin: 16px 0; padding: 0 16px; border-left: 4px solid #d1d9e0 }
  blockquote b:first-child { display: inline-block; text-transform: capitalize }
  .caution { border-color: #d1242f } .caution b:first-child { color: #d1242f }
  .warning { border-color: #9a6700 } .warning b:first-child { color: #9a6700 }
  table { border-collapse: collapse; margin: 12px 0 }
  th, td { border: 1px solid #d1d9e0; padding: 4px 12px; text-align: left }
  code, pre { font: 12px/1.45 monospace; background: #f6f8fa }
  code { padding: 2px 4px; border-radius: 4px }
  pre { padding: 12px; overflow: hidden; border-radius: 6px } pre code { padding: 0 }
  a { color: #0969da }
</style>
<article><header><b>github-actions</b> bot commented</header><main>${html}</main></article>`;
}
