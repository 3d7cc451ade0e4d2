import { beforeAll, describe, expect, test } from "@jest/globals";
import { creating, rateLimited, recreated, updating } from "../../expected/messages";
import { labOfFile } from "../helpers/lab";
import type { Declarations } from "../helpers/program";

// The tests share one stack and depend on each other: each one changes its own part of the program.

// The limits are long, so that requests end only for the reason that a test checks.
const lab = labOfFile({
  providerType: "plugin",
  environment: {
    PINTEREST_REQUEST_TIMEOUT: "3600",
    PINTEREST_OPERATION_TIMEOUT: "3600",
    PINTEREST_DETECT_DRIFT: "refresh",
  },
});

/** The other creates wait for it, because only its response reports the rate limit. */
const first =
  'const first = new pinterest.CommerceIntegration("first", { externalBusinessId: "first" }, { customTimeouts: { read: "1s" } });';

/** A short limit for reads, which only the refresh of the last test sends. */
const options = '{ dependsOn: first, customTimeouts: { read: "1s" } }';

/** The arguments of the declared integrations, to which {@link declare} adds. */
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
  const others = ["other-0", "other-1", "other-2"];
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
  expect(creates.map(({ external_business_id: id }) => id).sort()).toEqual([
    "first",
    "limited",
    "other-0",
    "other-1",
    "other-2",
    "removed",
    "updated",
    "vanished",
  ]);
  expect(lab.emulator.requests().filter(({ status }) => status === 429)).toEqual([]);
  expect(output).toMatch(new RegExp(`${rateLimited("Pinterest \\(ads_write, 5 per 6 s\\)")}.* continue`));
  lab.emulator.setSwitches({ rateLimits: "off" });
});

describe("an update that recreates an integration, waits for a create, and gets no response to a deletion", () => {
  let diagnostics: readonly Diagnostic[];

  beforeAll(async () => {
    const { emulator } = lab;
    emulator.remove("vanished");
    emulator.armFault({
      kind: "response",
      operation: "create",
      external_business_id: "waits",
      preset: "rate-limit",
      headers: { "retry-after": "3" },
    });
    emulator.armFault({ kind: "hang", operation: "delete", external_business_id: "removed", times: "all" });
    declare({
      vanished: { externalBusinessId: "vanished", connectedTagId: "2" },
      waits: { externalBusinessId: "waits" },
    });
    diagnostics = diagnosticsIn((await lab.upFails("--json")).stdout);
  });

  test("attributes messages about an integration to its resource, including waits", () => {
    expect(diagnostics).toContainEqual(diagnostic("info", "vanished", recreated("vanished")));
    expect(diagnostics).toContainEqual(diagnostic("info", "waits", creating("waits")));
  });

  test("limits the deletion by customTimeouts, and the error names them", () => {
    expect(diagnostics).toContainEqual(diagnostic("error", "removed", "customTimeouts"));
    expect(lab.idsAtPinterest()).toEqual(["first", "limited", "removed", "updated", "vanished", "waits"]);
  });
});

describe("an update that gets no response to a create and an update, and creates a large integration partially", () => {
  let output: string;

  beforeAll(async () => {
    const { emulator } = lab;
    const limits = '{ customTimeouts: { create: "1s", update: "1s", read: "1s", delete: "1s" } }';
    emulator.armFault({ kind: "hang", operation: "update", external_business_id: "limited", times: "all" });
    emulator.armFault({ kind: "hang", external_business_id: "limited-new", times: "all" });
    emulator.setSwitches({ ignoredFields: ["connected_merchant_id"] });
    declare(
      { large: { externalBusinessId: "large", connectedMerchantId: "1", partnerMetadata: large } },
      {
        limited: { args: { externalBusinessId: "limited", connectedTagId: "2" }, options: limits },
        limitedNew: { args: { externalBusinessId: "limited-new" }, options: limits },
      },
    );
    ({ output } = await lab.upFails());
  });

  test("limits the create and the update by customTimeouts, and the errors name them", () => {
    expect(output).toMatch(/(creating|reading) commerce integration "limited-new".*customTimeouts/);
    expect(output).toMatch(new RegExp(`${updating("limited")}.*customTimeouts`));
  });

  test("saves all outputs of the large integration", async () => {
    expect((await lab.state()).large).toMatchObject({
      id: "large",
      initErrors: [expect.stringContaining("connectedMerchantId")],
      outputs: { partnerMetadata: large },
    });
  });
});

test("customTimeouts limit reads, and the error names them", async () => {
  lab.emulator.armFault({ kind: "hang", times: "all" });
  expect((await lab.fail("refresh", "--skip-preview")).output).toMatch(/customTimeouts/);
});
