import { compareEngines } from "../helpers/compared-labs";
import { js } from "../helpers/program";

// The engine in test/fake-engine, with which test/protocol and test/promises run, must behave like Pulumi's. `compareEngines` runs these steps on both,
// one after the other. After each step, it compares the calls to the provider, the exit code or the planned steps, and the state. For replacements, see
// test/engine/replacements.test.ts.

const component = 'const parent = new pulumi.ComponentResource("lab:index:Shops", "shops");\n';

/** A provider with the credentials of the default provider, so that integrations can move to it. */
const explicit =
  'const explicit = new pinterest.Provider("explicit", { accessToken: process.env.PINTEREST_ACCESS_TOKEN });\n';

/** Function calls, a resource that is only read, and a log entry. */
const lookups = `
exports.list = pinterest.getIntegrationsOutput({ externalBusinessIdPrefix: "theirs" });
exports.found = pinterest.getCommerceIntegration({ externalBusinessId: "theirs" });
// After the other one, so that their order does not differ between runs.
const missing = exports.found.then(() => pinterest.getCommerceIntegration({ externalBusinessId: "none" }));
exports.missing = missing.catch(({ name, message, status }) => [name, message.replace(/request ID [^)]+/, ""), status]);
pinterest.CommerceIntegration.get("looked-up", "theirs");
new pinterest.IntegrationLog("note", { eventType: "APP", logLevel: "INFO", message: pulumi.secret("deployed") });
`;
const laterNote = 'new pinterest.IntegrationLog("laterNote", { eventType: "APP", logLevel: "INFO" });\n';

/** Arguments with outputs of another resource, which a preview does not know before it exists. */
const withOutputsOf = (name: string) => ({
  additionalId1: js(`resources.${name}.integrationId`),
  scopes: [js(`resources.${name}.connectedUserId`), "a"],
  partnerMetadata: { of: js(`resources.${name}.integrationId`) },
});

const ignoringChanges = '{ ignoreChanges: ["connectedTagId", "connectedMerchantId"] }';

compareEngines({
  "an update creates resources of all forms, of which some fail": {
    setup: component + lookups,
    changes: {
      plain: {
        externalBusinessId: "plain",
        connectedTagId: "1",
        connectedMerchantId: "11",
        scopes: ["b", "a"],
      },
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
        options: ignoringChanges,
      },
      dependent: { externalBusinessId: "dependent", ...withOutputsOf("plain") },
      timed: {
        args: { externalBusinessId: "timed" },
        options: '{ customTimeouts: { create: "2m", update: "90s" } }',
      },
      refused: { externalBusinessId: "refused" },
      half: { externalBusinessId: "half", connectedLbaId: "1" },
    },
    failing: { create: ["refused"] },
    ignoredField: "connected_lba_id",
    command: "up --continue-on-error",
  },
  "a preview shows changes, renames, a replacement, another provider, and deletions": {
    setup: component + explicit + lookups + laterNote,
    changes: {
      plain: { externalBusinessId: "plain", connectedTagId: "2", scopes: ["a", "b"] },
      secret: { externalBusinessId: "secret", partnerAccessToken: "p2", whenRemoved: "release" },
      replaced: { externalBusinessId: "replaced-2" },
      removed: undefined,
      renamed: undefined,
      renamedNow: { externalBusinessId: "renamed" },
      aliased: undefined,
      aliasedNow: {
        args: { externalBusinessId: "aliased", connectedTagId: "6" },
        options: '{ aliases: [{ name: "aliased" }] }',
      },
      named: { externalBusinessId: "named", account: "named", connectedTagId: "3" },
      explicit: { args: { externalBusinessId: "explicit" }, options: "{ provider: explicit }" },
      moved: { args: { externalBusinessId: "moved" }, options: "{ provider: explicit }" },
      ignoring: { args: { externalBusinessId: "ignoring", connectedTagId: "2" }, options: ignoringChanges },
      timed: {
        args: { externalBusinessId: "timed", connectedTagId: "1" },
        options: '{ customTimeouts: { update: "90s" } }',
      },
      afterReplaced: { externalBusinessId: "after-replaced", ...withOutputsOf("replaced") },
    },
    command: "preview",
  },
  "an update makes these changes, but cannot delete one integration": {
    failing: { delete: ["removed"] },
    command: "up --continue-on-error",
  },
  "an update continues after creates, updates and a replacement that fail": {
    setup: component + explicit,
    changes: {
      secret: { externalBusinessId: "secret", partnerAccessToken: "p2", connectedLbaId: "8" },
      replaced: { externalBusinessId: "replaced-3" },
      renamedNow: undefined,
      renamedAgain: { externalBusinessId: "renamed" },
      explicit: {
        args: { externalBusinessId: "explicit", connectedTagId: "4" },
        options: "{ provider: explicit }",
      },
      timed: undefined,
      late: { externalBusinessId: "late" },
    },
    failing: { create: ["late", "replaced-3"] },
    ignoredField: "connected_lba_id",
    command: "up --continue-on-error",
  },
  "a preview with a refresh shows the repair and drift": {
    drift: { plain: { connected_tag_id: "99" }, dependent: "deleted" },
    command: "preview --refresh",
  },
  "the next update repairs everything": { command: "up" },
  "an update refreshes while the program runs": {
    drift: { plain: { connected_tag_id: "98" }, dependent: "deleted" },
    command: "up --refresh --run-program",
  },
  "an update replaces one target": { command: "up --target-replace **::plain" },
  "a destroy refreshes": {
    drift: { plain: { connected_tag_id: "97" }, dependent: "deleted" },
    command: "destroy --refresh",
  },
});
