import { beforeAll, expect, test } from "@jest/globals";
import { configurationHint, reading, wrongToken } from "../../expected/messages";
import { labOfFile } from "../helpers/lab";

// The provider types learn the provider's name in different ways, and different servers respond to the engine.

const lab = labOfFile();

function program(token: string): void {
  lab.program(
    {
      shop: { externalBusinessId: "shop" },
      south: { args: { externalBusinessId: "of-south" }, options: "{ provider }" },
    },
    `const provider = new pinterest.Provider("south", { accessToken: "${token}" });`,
  );
}

/** Sets a token of the default account, which replaces that of the environment. */
const setToken = (token: string) => lab.succeed("config", "set", "--secret", "pinterest:accessToken", token);

/** The messages at the end of the output, where the engine prints each one once. */
const diagnosticsOf = ({ output }: { output: string }) => output.slice(output.indexOf("Diagnostics:"));

const occurrences = (text: string, part: string) => text.split(part).length - 1;

const ofProvider =
  "the tokens of provider 'south' have changed since the last update, and state still has the older ones.";
const ofStack =
  "the tokens of the stack's configuration have changed since the last update, and state still has the older ones.";

beforeAll(async () => {
  lab.emulator.addAccount({ name: "south" });
  await setToken(lab.emulator.token());
  program(lab.emulator.token("south"));
  await lab.up();
  await setToken("pina_rotated_default_00000000000");
  program("pina_rotated_south_0000000000000");
});

test("a preview reports that its drift check used the older tokens, as it did", async () => {
  lab.emulator.clearRequests();
  const { output } = await lab.succeed("preview");
  expect(occurrences(output, "the drift check of previews and updates, `pulumi refresh`, ")).toBeGreaterThan(
    0,
  );
  // Pinterest refuses the new ones.
  expect(new Set(lab.emulator.requests().map(({ status }) => status))).toEqual(new Set([200]));
});

test("an update reports once for each provider that state has older tokens", async () => {
  const rotated = diagnosticsOf(await lab.up());
  expect([occurrences(rotated, ofProvider), occurrences(rotated, ofStack)]).toEqual([1, 1]);
  expect(rotated).not.toContain("pina_");
});

test("a refused token is reported once, with the provider, what to do first, and the place of the token", async () => {
  const refreshed = diagnosticsOf(await lab.fail("refresh", "--yes", "--skip-preview"));
  const [message] = new RegExp(`${reading("of-south")} .*`).exec(refreshed) ?? [];
  expect(message).toMatch(/^.* \(provider 'south'\) failed: .*HTTP 401/);
  expect(message).toMatch(
    new RegExp(`\\)\\. ${configurationHint} ${wrongToken(" in `accessToken` of provider 'south'")}\\.$`),
  );
  expect(occurrences(refreshed, reading("of-south"))).toBe(1);
  expect(refreshed).toContain(wrongToken(" in `pinterest:accessToken`"));
});
