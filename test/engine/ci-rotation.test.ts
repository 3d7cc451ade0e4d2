import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { codeUnder, tableUnder } from "../ci/helpers/markdown";
import { repository } from "./helpers/engine";
import { Lab, type Run } from "./helpers/lab";

const heading = "## After you renew a token";
const guide = readFileSync(join(repository, "docs/ci.md"), "utf8");
const table = tableUnder(heading, guide);
const refusal = codeUnder(heading, guide);

let lab: Lab;

/** Where a token comes from, as the guide calls it, and how a token gets there. */
interface Source {
  readonly name: string;
  /** The resource that uses it: `shop` is of the default account, `north` of a named one. */
  readonly resource: "shop" | "north";
  /** Sets the token. */
  readonly set: (token: string) => Promise<unknown>;
}

/** By stack: the sources that its program uses. Those that share a stack have the same column in the guide. */
const stacks: Record<string, Source[]> = {
  configuration: [
    {
      name: "stack configuration",
      resource: "shop",
      set: (token) => lab.succeed("config", "set", "--secret", "pinterest:accessToken", token),
    },
  ],
  environment: [
    {
      name: "environment",
      resource: "shop",
      set: async (token) => {
        lab.environment.PINTEREST_ACCESS_TOKEN = token;
      },
    },
    {
      name: "account command",
      resource: "north",
      set: (token) => {
        const print = `console.log(${JSON.stringify(JSON.stringify({ north: token }))});`;
        writeFileSync(join(lab.directory, "tokens.cjs"), print);
        const command = JSON.stringify([process.execPath, "tokens.cjs"]);
        return lab.succeed("config", "set", "pinterest:accountCommand", command);
      },
    },
  ],
  explicit: [
    {
      name: "explicit provider",
      resource: "shop",
      set: (token) => lab.succeed("config", "set", "--secret", "token", token),
    },
  ],
};

beforeAll(async () => {
  lab = await Lab.open();
  lab.emulator.addAccount({ name: "north" });
  lab.program(
    {},
    `const stack = pulumi.getStack();
    const provider = stack !== "explicit" ? undefined
      : new pinterest.Provider("own", { accessToken: new pulumi.Config().requireSecret("token") });
    const declare = (name, account) => new pinterest.CommerceIntegration(name, {
      externalBusinessId: name + "-of-" + stack,
      connectedTagId: process.env.TAG,
      account,
    }, { provider });
    declare("shop");
    if (stack === "environment") declare("north", "north");`,
  );
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
});

afterEach(() => {
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
});

afterAll(() => lab.close());

test("the guide for CI has a column for each source of tokens, and a row for each command", () => {
  expect(table.size).toBe(9);
  const names = Object.values(stacks).flatMap((sources) => sources.map(({ name }) => name));
  for (const row of table.values()) expect(Object.keys(row).sort()).toEqual(names.sort());
});

test.each(Object.entries(stacks))(
  "after a token was renewed, commands on the stack %s work or fail as the guide for CI says",
  async (stack, sources) => {
    const accountOf = ({ resource }: Source) => (resource === "shop" ? "shop-1" : resource);
    await lab.succeed("stack", "init", stack);
    for (const source of sources) await source.set(lab.emulator.token(accountOf(source)));
    lab.environment.TAG = "1";
    await lab.up();
    const [backend, kept] = [join(lab.directory, "backend"), join(lab.directory, "kept")];
    cpSync(backend, kept, { recursive: true });

    for (const source of sources) {
      const account = accountOf(source);
      const former = lab.emulator.token(account);
      await source.set(lab.emulator.issueToken(account));
      lab.emulator.expireToken(former);
    }
    // The program has changed too, so that an update has something to write.
    lab.environment.TAG = "2";
    const found: Record<string, string | undefined> = {};
    for (const command of table.keys()) {
      rmSync(backend, { recursive: true });
      cpSync(kept, backend, { recursive: true });
      for (const source of sources) {
        const account = accountOf(source);
        lab.emulator.put(`${source.resource}-of-${stack}`, { connected_tag_id: "1" }, { account });
      }
      const [, name = "", ...options] = command.split(" ");
      found[command] = outcome(
        await lab.run(name, ...options, ...(name === "preview" ? [] : ["--skip-preview"])),
      );
    }
    rmSync(kept, { recursive: true });
    for (const { name } of sources) {
      expect(found).toEqual(Object.fromEntries([...table].map(([command, row]) => [command, row[name]])));
    }
  },
);

/** As the guide says it. */
function outcome({ exitCode, output }: Run): string {
  if (exitCode === 0) return "works";
  return output.includes(refusal) ? "401" : `something else: ${output}`;
}
