import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { kitFile } from "../ci/helpers/kit";
import { codeUnder, tableUnder } from "../ci/helpers/markdown";
import { Lab, type Run } from "./helpers/lab";

const heading = "## After a token was renewed";
const guide = kitFile("README.md");
const table = tableUnder(heading, guide);
const refusal = codeUnder(heading, guide);

let lab: Lab;

/** Where a token comes from, as the guide calls it: the stack that has it so, and how a token is handed to it. */
const sources: Record<string, { stack: string; hand(token: string): Promise<unknown> }> = {
  "stack configuration": {
    stack: "configuration",
    hand: (token) => lab.succeed("config", "set", "--secret", "pinterest:accessToken", token),
  },
  environment: {
    stack: "environment",
    hand: async (token) => {
      lab.environment.PINTEREST_ACCESS_TOKEN = token;
    },
  },
  "account command": {
    stack: "command",
    hand: (token) => {
      const print = `console.log(${JSON.stringify(JSON.stringify({ north: token }))});`;
      writeFileSync(join(lab.directory, "tokens.cjs"), print);
      const command = JSON.stringify([process.execPath, "tokens.cjs"]);
      return lab.succeed("config", "set", "pinterest:accountCommand", command);
    },
  },
  "explicit provider": {
    stack: "explicit",
    hand: (token) => lab.succeed("config", "set", "--secret", "token", token),
  },
};

beforeAll(async () => {
  lab = await Lab.open();
  lab.emulator.addAccount({ name: "north" });
  lab.program(
    {},
    `const stack = pulumi.getStack();
    const provider = stack !== "explicit" ? undefined
      : new pinterest.Provider("own", { accessToken: new pulumi.Config().requireSecret("token") });
    new pinterest.CommerceIntegration("shop", {
      externalBusinessId: "shop-of-" + stack,
      connectedTagId: process.env.TAG,
      account: stack === "command" ? "north" : undefined,
    }, { provider });`,
  );
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
});

afterEach(() => {
  delete lab.environment.PINTEREST_ACCESS_TOKEN;
});

afterAll(() => lab.close());

test("the guide for CI has a column for each source of tokens, and a row for each command", () => {
  expect(table.size).toBe(9);
  for (const row of table.values()) expect(Object.keys(row)).toEqual(Object.keys(sources));
});

test.each(Object.entries(sources))(
  "after a token was renewed in the %s, those commands work that the guide for CI says, and the others say what it quotes",
  async (source, { stack, hand }) => {
    const account = stack === "command" ? "north" : "shop-1";
    await lab.succeed("stack", "init", stack);
    await hand(lab.emulator.token(account));
    lab.environment.TAG = "1";
    await lab.up();
    const [backend, kept] = [join(lab.directory, "backend"), join(lab.directory, "kept")];
    cpSync(backend, kept, { recursive: true });

    const former = lab.emulator.token(account);
    await hand(lab.emulator.issueToken(account));
    lab.emulator.expireToken(former);
    // The program has changed too, so that an update has something to write.
    lab.environment.TAG = "2";
    const found: Record<string, string | undefined> = {};
    for (const command of table.keys()) {
      rmSync(backend, { recursive: true });
      cpSync(kept, backend, { recursive: true });
      lab.emulator.put(`shop-of-${stack}`, { connected_tag_id: "1" }, { account });
      const [, name = "", ...options] = command.split(" ");
      found[command] = outcome(
        await lab.run(name, ...options, ...(name === "preview" ? [] : ["--skip-preview"])),
      );
    }
    rmSync(kept, { recursive: true });
    expect(found).toEqual(Object.fromEntries([...table].map(([command, row]) => [command, row[source]])));
  },
);

/** As the guide says it. */
function outcome({ exitCode, output }: Run): string {
  if (exitCode === 0) return "works";
  return output.includes(refusal) ? "401" : `something else: ${output}`;
}
