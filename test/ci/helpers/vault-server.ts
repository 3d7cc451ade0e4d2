import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A test server for a vault with a JWT login and one secret, and for GitHub's endpoint that issues identity tokens. The login accepts these
 * tokens.
 */
export class VaultServer {
  /** The content of the secret. */
  secret: Record<string, unknown> = {};

  private constructor(private readonly server: Server) {}

  static async start(): Promise<VaultServer> {
    const server = createServer();
    const vault = new VaultServer(server);
    server.on("request", async (request, response) => {
      let body = "";
      for await (const part of request.setEncoding("utf8")) body += part;
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      const requestLine = `${request.method} ${pathname}`;
      const content = vault.respond(requestLine, body, request.headers, searchParams);
      response
        .writeHead(content === undefined ? 403 : 200)
        .end(JSON.stringify(content ?? { errors: ["denied"] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return vault;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Its secrets, for leak tests. */
  readonly secrets = ["identity-of-the-job", "hvs.test", "request-token"];

  /** The variables that GitHub sets in a job that can request an identity token. */
  get githubEnvironment(): Record<string, string> {
    return {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${this.url}/identity?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private respond(
    requestLine: string,
    body: string,
    headers: Record<string, unknown>,
    query: URLSearchParams,
  ): object | undefined {
    switch (requestLine) {
      case "GET /identity":
        return headers.authorization === "Bearer request-token" && query.get("audience") === this.url
          ? { value: "identity-of-the-job" }
          : undefined;
      case "POST /v1/auth/jwt/login": {
        const { role, jwt } = JSON.parse(body) as Record<string, string>;
        return role === "pinterest" && jwt === "identity-of-the-job"
          ? { auth: { client_token: "hvs.test" } }
          : undefined;
      }
      case "GET /v1/secret/data/pinterest":
        return headers["x-vault-token"] === "hvs.test" ? { data: { data: this.secret } } : undefined;
      default:
        return undefined;
    }
  }
}
