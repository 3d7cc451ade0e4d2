import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An issue of the test server, with GitHub's names. In GitLab, `body` is `description`. */
export interface Issue {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  labels: string[];
  comments: string[];
  /** Whether it is a pull request, which GitHub lists among the issues. */
  pull_request?: { head: string; base: string };
}

export interface Comment {
  id: number;
  body: string;
}

/** The API of a platform. */
export interface Platform {
  /** The header with the token, and its expected value. */
  header: [name: string, value: string];
  /** The path of issues. */
  issues: string;
  /** The path of the comments on the pull request or merge request. */
  comments: string;
  /** The path of one comment. */
  comment: string;
  /** The method of changes. */
  change: "PATCH" | "PUT";
  /** The names of an issue's text and of its comments. */
  text: string;
  commentsName: string;
  open: string;
  /** An issue in a response. */
  toResponse(issue: Issue): object;
  /** Whether a change closes an issue. */
  isClosing(change: Record<string, unknown>): boolean;
}

export const github: Platform = {
  header: ["authorization", "Bearer ghs_test"],
  issues: "/repos/shop/infra/issues",
  comments: "/repos/shop/infra/issues/12/comments",
  comment: "/repos/shop/infra/issues/comments/",
  change: "PATCH",
  text: "body",
  commentsName: "comments",
  open: "open",
  toResponse: ({ comments: _, ...issue }) => issue,
  isClosing: ({ state }) => state === "closed",
};

export const gitlab: Platform = {
  header: ["private-token", "glpat-test"],
  issues: "/projects/7/issues",
  comments: "/projects/7/merge_requests/12/notes",
  comment: "/projects/7/merge_requests/12/notes/",
  change: "PUT",
  text: "description",
  commentsName: "notes",
  open: "opened",
  toResponse: ({ number, title, body, labels }) => ({ iid: number, title, description: body, labels }),
  isClosing: ({ state_event }) => state_event === "close",
};

/** A test server for the issues and comments of GitHub or GitLab. */
export class PlatformServer {
  issues: Issue[] = [];
  comments: Comment[] = [];
  private lastNumber = 100;

  private constructor(
    private readonly server: Server,
    private readonly api: Platform,
  ) {}

  static async start(api: Platform): Promise<PlatformServer> {
    const server = createServer();
    const platform = new PlatformServer(server, api);
    server.on("request", async (request, response) => {
      const [status, content] = platform.respond(request, await bodyOf(request));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return platform;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Returns the open issues. */
  open(): Issue[] {
    return this.issues.filter(({ state }) => state === "open");
  }

  /** Adds an issue of another user. */
  addIssue(issue: Partial<Issue>): Issue {
    const written: Issue = {
      number: ++this.lastNumber,
      title: "",
      body: "",
      state: "open",
      labels: [],
      comments: [],
      ...issue,
    };
    this.issues.push(written);
    return written;
  }

  private respond(
    request: IncomingMessage,
    body: Record<string, unknown>,
  ): [status: number, content: unknown] {
    const { header, issues, comments, comment, change, text, commentsName, open, toResponse, isClosing } =
      this.api;
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    const requestLine = `${request.method} ${pathname}`;
    if (request.headers[header[0]] !== header[1]) return [401, { message: "Bad credentials" }];
    const page = <T>(items: T[]): T[] => {
      const [size, number] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
      return items.slice(size * (number - 1), size * number);
    };

    if (requestLine === `GET ${comments}`) return [200, page(this.comments)];
    if (requestLine === `POST ${comments}`) {
      this.comments.push({ id: ++this.lastNumber, body: String(body.body) });
      return [201, this.comments.at(-1)];
    }
    if (requestLine.startsWith(`${change} ${comment}`)) {
      const found = this.comments.find(({ id }) => requestLine.endsWith(`/${id}`));
      if (found === undefined) return [404, { message: "Not Found" }];
      found.body = String(body.body);
      return [200, found];
    }
    if (requestLine === `GET ${issues}`) {
      if (searchParams.get("state") !== open) return [422, { message: "state" }];
      const label = searchParams.get("labels") ?? "";
      return [200, page(this.open().filter(({ labels }) => labels.includes(label))).map(toResponse)];
    }
    if (requestLine === `POST ${issues}`) {
      const labels = typeof body.labels === "string" ? body.labels.split(",") : (body.labels as string[]);
      return [
        201,
        toResponse(this.addIssue({ title: String(body.title), body: String(body[text]), labels })),
      ];
    }
    const pulls = issues.replace("issues", "pulls");
    if (requestLine === `GET ${pulls}`) {
      const head = searchParams.get("head");
      return [
        200,
        page(this.open().filter((one) => `shop:${one.pull_request?.head}` === head)).map(toResponse),
      ];
    }
    if (requestLine === `POST ${pulls}`) {
      const { title, body: text, ...branches } = body as Record<"title" | "body" | "head" | "base", string>;
      return [201, toResponse(this.addIssue({ title, body: text, pull_request: branches }))];
    }
    const issue = this.issues.find(({ number }) => pathname.startsWith(`${issues}/${number}`));
    if (issue === undefined) return [404, { message: "Not Found" }];
    if (requestLine === `POST ${issues}/${issue.number}/${commentsName}`) {
      issue.comments.push(String(body.body));
      return [201, {}];
    }
    if (requestLine !== `${change} ${issues}/${issue.number}`) return [404, { message: "Not Found" }];
    if (isClosing(body)) issue.state = "closed";
    if (body.title !== undefined) issue.title = String(body.title);
    if (body[text] !== undefined) issue.body = String(body[text]);
    return [200, toResponse(issue)];
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  return text === "" ? {} : JSON.parse(text);
}
