import { describe } from "@jest/globals";
import { compareEngines } from "./helpers/compared-labs";
import { js } from "./helpers/program";

// Replacements, and the deletions that follow them: the engine in test/fake-engine must behave like Pulumi's, as both/protocol.test.ts describes.
// The order of the calls does not depend on the provider type, so these steps run with the dynamic provider only.

const explicit =
  'const explicit = new pinterest.Provider("explicit", { accessToken: process.env.PINTEREST_ACCESS_TOKEN });\n';

/** Pulumi replaces it when its tag changes. The provider then updates the integration, because its ID stays. */
const forced = (connectedTagId: string) => ({
  args: { externalBusinessId: "forced", adopt: true, connectedTagId },
  options: '{ replaceOnChanges: ["connectedTagId"] }',
});
const retained = (externalBusinessId: string) => ({
  args: { externalBusinessId },
  options: "{ retainOnDelete: true }",
});
const guarded = (externalBusinessId: string) => ({
  args: { externalBusinessId },
  options: "{ protect: true }",
});
const elsewhere = (externalBusinessId: string) => ({
  args: { externalBusinessId },
  options: "{ provider: explicit }",
});
const deletedWithReplaced = (externalBusinessId: string) => ({
  args: { externalBusinessId },
  options: "{ deletedWith: resources.replaced }",
});

/** A resource of another dynamic provider, which Pulumi replaces if `shop` changes. It deletes the old one first. */
const foreign = (shop: string) => `
const code = ${JSON.stringify(`exports.handler = () => ({
  check: async (_olds, inputs) => ({ inputs }),
  diff: async (_id, olds, { shop }) => ({ replaces: olds.shop === shop ? [] : ["shop"], deleteBeforeReplace: true }),
  create: async (outs) => ({ id: "foreign", outs }),
  delete: async () => {},
});`)};
class Foreign extends pulumi.CustomResource {
  constructor(name, props) {
    super("pulumi-nodejs:dynamic/foreign:Resource", name, { ...props, __provider: code });
  }
}
const foreign = new Foreign("foreign", { shop: ${JSON.stringify(shop)} });
const shop = foreign.urn.apply(() => ${JSON.stringify(shop)});
`;

describe("replacements", () =>
  compareEngines({
    "an update creates resources": {
      setup: explicit,
      changes: {
        replaced: { externalBusinessId: "replaced-1" },
        dependent: { externalBusinessId: "dependent", additionalId1: js("resources.replaced.integrationId") },
        forced: forced("1"),
        replacedWith: {
          args: { externalBusinessId: "replaced-with" },
          options: "{ replaceWith: [resources.replaced], customTimeouts: { delete: '45s' } }",
        },
        guarded: guarded("guarded-1"),
        retained: retained("retained-1"),
        deletedWith: deletedWithReplaced("deleted-with"),
        alsoDeletedWith: deletedWithReplaced("also-deleted-with"),
        aliased: { externalBusinessId: "aliased-1" },
        elsewhere: elsewhere("elsewhere-1"),
        half: { externalBusinessId: "half-1" },
        plain: { externalBusinessId: "plain" },
        removed: { externalBusinessId: "removed" },
      },
      command: "up",
    },
    "a preview shows replacements": {
      changes: {
        replaced: { externalBusinessId: "replaced-2" },
        forced: forced("2"),
        retained: retained("retained-2"),
        aliased: undefined,
        aliasedNow: {
          args: { externalBusinessId: "aliased-2" },
          options: '{ aliases: [{ name: "aliased" }] }',
        },
        elsewhere: elsewhere("elsewhere-2"),
        removed: undefined,
      },
      command: "preview",
    },
    "an update replaces them, but two deletions fail": {
      failing: { delete: ["replaced-1", "elsewhere-1"] },
      command: "up --continue-on-error",
    },
    "an update excludes one of the pending deletions, and the other one fails": {
      failing: { delete: ["elsewhere-1"] },
      command: "up --exclude **::replaced",
    },
    "a destroy of a target fails, because the provider refuses its deletion": {
      command: "destroy --target **::plain",
    },
    "an update of a target completes its pending deletion": { command: "up --target **::replaced" },
    "an update removes the provider of a pending deletion, and is killed before its deletions": {
      setup: "",
      changes: { elsewhere: undefined },
      command: "up",
      killedBeforeDeletes: ["elsewhere-1", "elsewhere-2"],
    },
    "the next update finds one of the integrations already deleted": {
      drift: { "elsewhere-1": "deleted" },
      command: "up",
    },
    "an update replaces a tainted resource, and another replacement fails partially": {
      changes: { half: { externalBusinessId: "half-2", connectedLbaId: "1" } },
      taint: "plain",
      ignoredField: "connected_lba_id",
      command: "up --continue-on-error",
    },
    "the next update completes the replacement": {
      changes: { half: { externalBusinessId: "half-2" } },
      command: "up",
    },
    "an update cannot replace a protected resource": {
      changes: { guarded: guarded("guarded-2") },
      command: "up --continue-on-error --target **::guarded",
    },
    "an update cannot delete a protected resource": {
      changes: { guarded: undefined, plain: undefined },
      command: "up",
    },
    "an update refreshes while the program runs, and deletes what depends on a replaced resource": {
      changes: {
        replaced: { externalBusinessId: "replaced-3" },
        deletedWith: undefined,
        guarded: { externalBusinessId: "guarded-1" },
        plain: { externalBusinessId: "plain" },
      },
      failing: { delete: ["replaced-2"] },
      command: "up --continue-on-error --refresh --run-program",
    },
    "a destroy continues after a pending deletion that fails": {
      failing: { delete: ["replaced-2"] },
      command: "destroy --continue-on-error",
    },
    "a destroy runs the program, and completes the pending deletion": { command: "destroy --run-program" },
  }));

describe("a deletion before the replacement", () =>
  compareEngines({
    "an update creates integrations that depend on a foreign resource": {
      setup: foreign("shop-1"),
      // The provider refuses to delete an integration before the program has ended.
      changes: {
        idOfForeign: {
          args: { externalBusinessId: js("shop"), adopt: true },
          options: "{ replaceOnChanges: ['externalBusinessId'], retainOnDelete: true }",
        },
        replacedWithForeign: {
          args: { externalBusinessId: "replaced-with-foreign", adopt: true },
          options: "{ replaceWith: [foreign], dependsOn: [resources.idOfForeign], retainOnDelete: true }",
        },
        deletedWithForeign: {
          args: { externalBusinessId: "deleted-with-foreign", adopt: true },
          options: "{ deletedWith: foreign, dependsOn: [resources.idOfForeign] }",
        },
        afterForeign: { args: { externalBusinessId: "after-foreign" }, options: "{ dependsOn: [foreign] }" },
      },
      command: "up",
    },
    "an update deletes the foreign resource first, and cannot create an integration": {
      setup: foreign("shop-2"),
      failing: { create: ["shop-2"] },
      command: "up",
    },
    "the next update creates it": { command: "up" },
    "an update only stops to retain it": {
      changes: {
        idOfForeign: {
          args: { externalBusinessId: js("shop"), adopt: true },
          options: "{ replaceOnChanges: ['externalBusinessId'] }",
        },
      },
      command: "up",
    },
    "an update cannot delete an integration before a foreign resource": {
      setup: foreign("shop-3"),
      command: "up",
    },
    "a destroy deletes the integrations and the foreign resource": { command: "destroy" },
  }));
