import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An issue of the test server, with the names of GitHub. At GitLab, `body` is `description`. */
export interface Issue {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  labels: string[];
  comments: string[];
  /** Whether it is a pull request, which GitHub lists among the issues. */
  pull_request?: object;
}

export interface Comment {
  id: number;
  body: string;
}

/** A request, such as `POST /repos/shop/infra/issues`. */
export type RequestLine = string;

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
  under: string;
  open: string;
  /** An issue in an answer. */
  shown(issue: Issue): object;
  /** Whether a change closes an issue. */
  closes(change: Record<string, unknown>): boolean;
}

export const github: Platform = {
  header: ["authorization", "Bearer ghs_test"],
  issues: "/repos/shop/infra/issues",
  comments: "/repos/shop/infra/issues/12/comments",
  comment: "/repos/shop/infra/issues/comments/",
  change: "PATCH",
  text: "body",
  under: "comments",
  open: "open",
  shown: ({ comments: _, ...issue }) => issue,
  closes: ({ state }) => state === "closed",
};

export const gitlab: Platform = {
  header: ["private-token", "glpat-test"],
  issues: "/projects/7/issues",
  comments: "/projects/7/merge_requests/12/notes",
  comment: "/projects/7/merge_requests/12/notes/",
  change: "PUT",
  text: "description",
  under: "notes",
  open: "opened",
  shown: ({ number, title, body, labels }) => ({ iid: number, title, description: body, labels }),
  closes: ({ state_event }) => state_event === "close",
};

/** A test server for the issues and comments of GitHub or GitLab. */
export class PlatformServer {
  issues: Issue[] = [];
  comments: Comment[] = [];
  /** All requests, in order. */
  requests: RequestLine[] = [];
  private last = 100;

  private constructor(
    private readonly server: Server,
    private readonly api: Platform,
  ) {}

  static async start(api: Platform): Promise<PlatformServer> {
    const server = createServer();
    const platform = new PlatformServer(server, api);
    server.on("request", async (request, response) => {
      const [status, answer] = platform.answer(request, await bodyOf(request));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
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

  /** The issues that are open. */
  open(): Issue[] {
    return this.issues.filter(({ state }) => state === "open");
  }

  /** Adds an issue of somebody else. */
  write(issue: Partial<Issue>): Issue {
    const written: Issue = {
      number: ++this.last,
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

  private answer(request: IncomingMessage, body: Record<string, unknown>): [status: number, answer: unknown] {
    const { header, issues, comments, comment, change, text, under, open, shown, closes } = this.api;
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    const asked = `${request.method} ${pathname}`;
    this.requests.push(asked);
    if (request.headers[header[0]] !== header[1]) return [401, { message: "Bad credentials" }];
    const page = <T>(items: T[]): T[] => {
      const [size, number] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
      return items.slice(size * (number - 1), size * number);
    };

    if (asked === `GET ${comments}`) return [200, page(this.comments)];
    if (asked === `POST ${comments}`) {
      this.comments.push({ id: ++this.last, body: String(body.body) });
      return [201, this.comments.at(-1)];
    }
    if (asked.startsWith(`${change} ${comment}`)) {
      const found = this.comments.find(({ id }) => asked.endsWith(`/${id}`));
      if (found === undefined) return [404, { message: "Not Found" }];
      found.body = String(body.body);
      return [200, found];
    }
    if (asked === `GET ${issues}`) {
      if (searchParams.get("state") !== open) return [422, { message: "state" }];
      const label = searchParams.get("labels") ?? "";
      return [200, page(this.open().filter(({ labels }) => labels.includes(label))).map(shown)];
    }
    if (asked === `POST ${issues}`) {
      const labels = typeof body.labels === "string" ? body.labels.split(",") : (body.labels as string[]);
      return [201, shown(this.write({ title: String(body.title), body: String(body[text]), labels }))];
    }
    const issue = this.issues.find(({ number }) => pathname.startsWith(`${issues}/${number}`));
    if (issue === undefined) return [404, { message: "Not Found" }];
    if (asked === `POST ${issues}/${issue.number}/${under}`) {
      issue.comments.push(String(body.body));
      return [201, {}];
    }
    if (asked !== `${change} ${issues}/${issue.number}`) return [404, { message: "Not Found" }];
    if (closes(body)) issue.state = "closed";
    if (body.title !== undefined) issue.title = String(body.title);
    if (body[text] !== undefined) issue.body = String(body[text]);
    return [200, shown(issue)];
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  return text === "" ? {} : JSON.parse(text);
}
