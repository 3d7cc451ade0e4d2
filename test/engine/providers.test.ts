import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Lab } from "./helpers/lab";
import { leaksIn } from "./helpers/leaks";
import { propertyNameOf } from "./helpers/provider-type";

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open({ accounts: 3 });
  // The provider processes are to have it from the stack's configuration.
  delete lab.environment.PINTEREST_API_URL;
  await lab.succeed("config", "set", "pinterest:apiUrl", lab.emulator.url);
  const explicit = ["shop-2", "shop-3"].map(
    (name) =>
      `const ${name.replace("-", "")} = new pinterest.Provider("${name}", { accessToken: "${lab.emulator.token(name)}" });`,
  );
  lab.program(
    {
      second: {
        args: { externalBusinessId: "of-shop-2", connectedTagId: "2" },
        options: "{ provider: shop2 }",
      },
      third: {
        args: { externalBusinessId: "of-shop-3", connectedTagId: "3" },
        options: "{ provider: shop3 }",
      },
    },
    explicit.join("\n"),
  );
});

afterAll(() => lab.close());

/** A refresh asks for each account's list. */
const refreshes = new Set(["shop-2 GET null", "shop-3 GET null"]);

/** Who has asked for what since the last look. */
function requests(): Set<string> {
  const entries = lab.emulator
    .requests()
    .map(({ account, method, external_business_id }) => `${account} ${method} ${external_business_id}`);
  lab.emulator.clearRequests();
  return new Set(entries);
}

test("two explicit providers use their own tokens, and the stack's API address", async () => {
  await lab.up();
  expect(requests()).toEqual(
    new Set([
      "shop-2 GET of-shop-2",
      "shop-2 POST of-shop-2",
      "shop-3 GET of-shop-3",
      "shop-3 POST of-shop-3",
    ]),
  );
  expect(await lab.previewExit("--refresh")).toBe(0);
  expect(requests()).toEqual(refreshes);
});

test("state holds their tokens encrypted only", async () => {
  const tokens = ["shop-2", "shop-3"].map((name) => lab.emulator.token(name));
  const state = await lab.exported();
  expect(state).toContain(`"${propertyNameOf("accessToken")}"`);
  expect(leaksIn("state", state, tokens)).toEqual([]);
});

test("refresh and destroy find them again when the program is gone", async () => {
  rmSync(join(lab.directory, "index.js"));
  lab.emulator.change("of-shop-3", { connected_tag_id: "4" });
  await lab.succeed("refresh", "--skip-preview");
  expect(requests()).toEqual(refreshes);
  expect((await lab.state()).third?.inputs).toMatchObject({ connectedTagId: "4" });
  await lab.succeed("destroy", "--skip-preview");
  expect(requests()).toEqual(new Set(["shop-2 DELETE of-shop-2", "shop-3 DELETE of-shop-3"]));
  expect(lab.emulator.integrations()).toEqual([]);
});
