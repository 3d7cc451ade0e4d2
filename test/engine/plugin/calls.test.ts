import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { creating, rateLimited, recreated, updating } from "../../expected/messages";
import { Lab } from "../helpers/lab";
import type { Declarations } from "../helpers/program";

// The tests share one stack and depend on each other: each one changes its own part of the program.

let lab: Lab;

/** The other creates wait for it, because only its response reports the rate limit. */
const first =
  'const first = new pinterest.CommerceIntegration("first", { externalBusinessId: "first" }, { customTimeouts: { read: "1s" } });';

/** A short limit for reads, which only the refresh of the last test sends. */
const options = '{ dependsOn: first, customTimeouts: { read: "1s" } }';

const args: Record<string, Record<string, unknown>> = {
  vanished: { externalBusinessId: "vanished", connectedTagId: "1" },
  updated: { externalBusinessId: "updated", connectedTagId: "1" },
  limited: { externalBusinessId: "limited", connectedTagId: "1" },
};

function declare(changes: typeof args, others: Declarations = {}): void {
  Object.assign(args, changes);
  const declarations = Object.entries(args).map(([name, declared]) => [name, { args: declared, options }]);
  lab.program({ ...Object.fromEntries(declarations), ...others }, first);
}

const large = "x".repeat(300_000);

beforeAll(async () => {
  // Long limits, so that requests end only for the reason that a test checks.
  lab = await Lab.open({
    providerType: "plugin",
    environment: {
      PINTEREST_REQUEST_TIMEOUT: "3600",
      PINTEREST_OPERATION_TIMEOUT: "3600",
      PINTEREST_DETECT_DRIFT: "refresh",
    },
  });
});

afterAll(() => lab.close());

interface Diagnostic {
  readonly urn: string;
  readonly message: string;
  readonly severity: string;
}

/** The diagnostics of a command with `--json`. */
function diagnosticsIn(stdout: string): Diagnostic[] {
  return stdout.split("\n").flatMap((line) => {
    const event = line.startsWith("{") ? JSON.parse(line).diagnosticEvent : undefined;
    return event === undefined ? [] : [event];
  });
}

/** Matches a diagnostic of a resource. */
function diagnostic(severity: string, name: string, message: string) {
  return expect.objectContaining({
    severity,
    urn: expect.stringMatching(new RegExp(`::${name}$`)),
    message: expect.stringContaining(message),
  });
}

test("requests stay within a rate limit that only Pinterest's responses report, and the wait is reported", async () => {
  lab.emulator.setSwitches({ rateLimits: { ads_write: [{ limit: 5, window: 6 }] } });
  const others = Array.from({ length: 3 }, (_, index) => `other-${index}`);
  declare(
    {},
    {
      ...Object.fromEntries(others.map((id) => [id, { args: { externalBusinessId: id }, options }])),
      removed: {
        args: { externalBusinessId: "removed" },
        options: '{ dependsOn: first, customTimeouts: { read: "1s", delete: "1s" } }',
      },
    },
  );
  const { output } = await lab.up();
  const creates = lab.emulator.requests().filter(({ operation }) => operation === "create");
  const ids = ["first", "removed", ...Object.keys(args), ...others];
  expect(creates.map(({ external_business_id: id }) => id).sort()).toEqual(ids.sort());
  expect(lab.emulator.requests().filter(({ status }) => status === 429)).toEqual([]);
  expect(output).toMatch(new RegExp(`${rateLimited("Pinterest \\(ads_write, 5 per 6 s\\)")}.* continue`));
  lab.emulator.setSwitches({ rateLimits: "off" });
});

let diagnostics: readonly Diagnostic[];

test("attributes messages about an integration to its resource, including waits", async () => {
  lab.emulator.remove("vanished");
  lab.emulator.armFault({
    kind: "response",
    operation: "create",
    external_business_id: "waits",
    preset: "rate-limit",
    headers: { "retry-after": "3" },
  });
  lab.emulator.armFault({ kind: "hang", operation: "delete", external_business_id: "removed", times: "all" });
  declare({
    vanished: { externalBusinessId: "vanished", connectedTagId: "2" },
    waits: { externalBusinessId: "waits" },
  });
  diagnostics = diagnosticsIn((await lab.upFails("--json")).stdout);
  expect(diagnostics).toContainEqual(diagnostic("info", "vanished", recreated("vanished")));
  expect(diagnostics).toContainEqual(diagnostic("info", "waits", creating("waits")));
});

test("customTimeouts limit deletions, and the error names them", () => {
  expect(diagnostics).toContainEqual(diagnostic("error", "removed", "customTimeouts"));
  const remaining = lab.emulator.integrations().map(({ external_business_id }) => external_business_id);
  expect(remaining.sort()).toEqual(["first", "removed", ...Object.keys(args)].sort());
});

test("customTimeouts limit creates and updates, and the error names them", async () => {
  const limits = '{ customTimeouts: { create: "1s", update: "1s", read: "1s", delete: "1s" } }';
  lab.emulator.armFault({ kind: "hang", external_business_id: "limited", operation: "update", times: "all" });
  lab.emulator.armFault({ kind: "hang", external_business_id: "limited-new", times: "all" });
  lab.emulator.setSwitches({ ignoredFields: ["connected_merchant_id"] });
  declare(
    { large: { externalBusinessId: "large", connectedMerchantId: "1", partnerMetadata: large } },
    {
      limited: { args: { externalBusinessId: "limited", connectedTagId: "2" }, options: limits },
      limitedNew: { args: { externalBusinessId: "limited-new" }, options: limits },
    },
  );
  const { output } = await lab.upFails();
  expect(output).toMatch(/(creating|reading) commerce integration "limited-new".*customTimeouts/);
  expect(output).toMatch(new RegExp(`${updating("limited")}.*customTimeouts`));
});

test("state contains all outputs of a large integration whose create failed partially", async () => {
  expect((await lab.state()).large).toMatchObject({
    id: "large",
    initErrors: [expect.stringContaining("connectedMerchantId")],
    outputs: { partnerMetadata: large },
  });
});

test("customTimeouts limit reads, and the error names them", async () => {
  lab.emulator.armFault({ kind: "hang", times: "all" });
  expect((await lab.fail("refresh", "--skip-preview")).output).toMatch(/customTimeouts/);
});
