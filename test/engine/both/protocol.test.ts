import {
  compareEngines,
  failRequests,
  type Step,
  stopFailures,
  withIgnoredField,
} from "../helpers/compared-labs";
import { type Declarations, js } from "../helpers/program";

// The engine in test/fake-engine, with which test/protocol and test/promises run, must behave like Pulumi's. Both run these steps one after the
// other. For each step, `compareEngines` defines tests that compare the calls to the provider, the exit code or the planned steps, and the state.

const component = 'const parent = new pulumi.ComponentResource("lab:index:Shops", "shops");\n';
/** A provider with the credentials of the default provider, so that integrations can move to it. */
const explicit =
  'const explicit = new pinterest.Provider("explicit", { accessToken: process.env.PINTEREST_ACCESS_TOKEN });\n';

const lookups = `
exports.list = pinterest.getIntegrationsOutput({ externalBusinessIdPrefix: "theirs" });
exports.found = pinterest.getCommerceIntegration({ externalBusinessId: "theirs" });
// After the other one, so that their order does not differ between runs.
const missing = exports.found.then(() => pinterest.getCommerceIntegration({ externalBusinessId: "none" }));
exports.missing = missing.catch(({ name, message, status }) => [name, message.replace(/request ID [^)]+/, ""), status]);
pinterest.CommerceIntegration.get("looked-up", "theirs");
new pinterest.IntegrationLog("note", { eventType: "APP", logLevel: "INFO", message: pulumi.secret("deployed") });
`;

const first: Declarations = {
  plain: { externalBusinessId: "plain", connectedTagId: "1", connectedMerchantId: "11", scopes: ["b", "a"] },
  secret: {
    externalBusinessId: "secret",
    partnerAccessToken: "p1",
    partnerMetadata: { a: [1], b: { c: null } },
  },
  replaced: { externalBusinessId: "replaced-1" },
  removed: { externalBusinessId: "removed" },
  renamed: { externalBusinessId: "renamed" },
  aliased: { externalBusinessId: "aliased", connectedTagId: "5" },
  child: { args: { externalBusinessId: "child" }, options: "{ parent }" },
  named: { externalBusinessId: "named", account: "named" },
  moved: { externalBusinessId: "moved" },
  ignoring: {
    args: { externalBusinessId: "ignoring", connectedTagId: "1", connectedMerchantId: "1" },
    options: '{ ignoreChanges: ["connectedTagId", "connectedMerchantId"] }',
  },
  later: {
    externalBusinessId: "later",
    additionalId1: js("resources.plain.integrationId"),
    scopes: [js("resources.plain.connectedUserId"), "a"],
    partnerMetadata: { of: js("resources.plain.integrationId") },
  },
  timed: {
    args: { externalBusinessId: "timed" },
    options: '{ customTimeouts: { create: "2m", update: "90s" } }',
  },
  refused: { externalBusinessId: "refused" },
  half: { externalBusinessId: "half", connectedLbaId: "1" },
};

const second: Declarations = {
  ...first,
  plain: { externalBusinessId: "plain", connectedTagId: "2", scopes: ["a", "b"] },
  secret: { externalBusinessId: "secret", partnerAccessToken: "p2", whenRemoved: "release" },
  replaced: { externalBusinessId: "replaced-2" },
  renamedNow: { externalBusinessId: "renamed" },
  aliasedNow: {
    args: { externalBusinessId: "aliased", connectedTagId: "6" },
    options: '{ aliases: [{ name: "aliased" }] }',
  },
  named: { externalBusinessId: "named", account: "named", connectedTagId: "3" },
  explicit: { args: { externalBusinessId: "explicit" }, options: "{ provider: explicit }" },
  moved: { args: { externalBusinessId: "moved" }, options: "{ provider: explicit }" },
  ignoring: {
    args: { externalBusinessId: "ignoring", connectedTagId: "2" },
    options: '{ ignoreChanges: ["connectedTagId", "connectedMerchantId"] }',
  },
  timed: {
    args: { externalBusinessId: "timed", connectedTagId: "1" },
    options: '{ customTimeouts: { update: "90s" } }',
  },
  afterReplaced: {
    externalBusinessId: "after-replaced",
    additionalId1: js("resources.replaced.integrationId"),
    scopes: [js("resources.replaced.connectedUserId"), "a"],
    partnerMetadata: { of: js("resources.replaced.integrationId") },
  },
};
for (const name of ["removed", "renamed", "aliased"]) delete second[name];
const laterNote = 'new pinterest.IntegrationLog("laterNote", { eventType: "APP", logLevel: "INFO" });\n';

/** Creates, updates and a replacement that fail, and one more rename in the same update. */
const failing: Declarations = {
  ...second,
  secret: { externalBusinessId: "secret", partnerAccessToken: "p2", connectedLbaId: "8" },
  replaced: { externalBusinessId: "replaced-3" },
  explicit: {
    args: { externalBusinessId: "explicit", connectedTagId: "4" },
    options: "{ provider: explicit }",
  },
  late: { externalBusinessId: "late" },
  renamedAgain: { externalBusinessId: "renamed" },
};
for (const name of ["renamedNow", "timed"]) delete failing[name];

const withoutPreview = ["--skip-preview"];
const continuing = [...withoutPreview, "--continue-on-error"];

const steps: readonly Step[] = [
  {
    name: "creations, of which some fail",
    act: (lab) => {
      lab.program(first, component + lookups);
      failRequests(lab.emulator, "create", "refused");
      lab.emulator.setSwitches(withIgnoredField);
      return lab.run("up", ...continuing);
    },
  },
  {
    name: "preview of changes",
    act: (lab) => {
      stopFailures(lab.emulator);
      lab.program(second, component + explicit + lookups + laterNote);
      return lab.steps();
    },
  },
  {
    name: "changes, renames, a replacement, another provider, deletions, of which one fails",
    act: ({ emulator, run }) => {
      failRequests(emulator, "delete", "removed");
      return run("up", ...continuing);
    },
  },
  {
    name: "failures and a rename in an update that continues on errors",
    act: (lab) => {
      stopFailures(lab.emulator);
      lab.program(failing, component + explicit);
      for (const id of ["late", "replaced-3"]) failRequests(lab.emulator, "create", id);
      lab.emulator.setSwitches(withIgnoredField);
      return lab.run("up", ...continuing);
    },
  },
  {
    name: "preview of the repair, with drift",
    act: ({ emulator, steps }) => {
      stopFailures(emulator);
      emulator.change("plain", { connected_tag_id: "99" });
      emulator.remove("later");
      return steps("--refresh");
    },
  },
  { name: "the repair", act: (lab) => lab.run("up", ...withoutPreview) },
  {
    name: "an update that refreshes with the program",
    act: ({ emulator, run }) => {
      emulator.change("plain", { connected_tag_id: "98" });
      emulator.remove("later");
      return run("up", ...withoutPreview, "--refresh", "--run-program");
    },
  },
  {
    name: "a replacement of one target",
    act: (lab) => lab.run("up", ...withoutPreview, "--target-replace", "**::plain"),
  },
  {
    name: "a destroy that refreshes",
    act: ({ emulator, run }) => {
      emulator.change("plain", { connected_tag_id: "97" });
      emulator.remove("later");
      return run("destroy", ...withoutPreview, "--refresh");
    },
  },
];

compareEngines(steps);
