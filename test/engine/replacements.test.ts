import {
  compareEngines,
  failRequests,
  type Step,
  stopFailures,
  withIgnoredField,
} from "./helpers/compared-labs";
import { type Declarations, js } from "./helpers/program";

// Replacements, and the deletions that follow them: the engine in test/fake-engine must behave like Pulumi's, as both/protocol.test.ts describes.
// The order of the calls does not depend on the provider type, so these steps run with the dynamic provider only.

const withoutPreview = ["--skip-preview"];
const continuing = [...withoutPreview, "--continue-on-error"];

const explicit =
  'const explicit = new pinterest.Provider("explicit", { accessToken: process.env.PINTEREST_ACCESS_TOKEN });\n';

/** A resource of another dynamic provider, which is deleted first when it is replaced. */
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

/** Resources that are replaced with the foreign one. The provider refuses to delete their integrations before the program has ended. */
const replacedWithForeign: Declarations = {
  taking: {
    args: { externalBusinessId: js("shop"), adopt: true },
    options: "{ replaceOnChanges: ['externalBusinessId'], retainOnDelete: true }",
  },
  beside: {
    args: { externalBusinessId: "beside", adopt: true },
    options: "{ replaceWith: [foreign], dependsOn: [resources.taking], retainOnDelete: true }",
  },
  covered: {
    args: { externalBusinessId: "covered", adopt: true },
    options: "{ deletedWith: foreign, dependsOn: [resources.taking] }",
  },
  later: { args: { externalBusinessId: "later" }, options: "{ dependsOn: [foreign] }" },
};

/** The same, but Pulumi does not retain the integration of `taking`. */
const withoutRetaining: Declarations = {
  ...replacedWithForeign,
  taking: {
    args: { externalBusinessId: js("shop"), adopt: true },
    options: "{ replaceOnChanges: ['externalBusinessId'] }",
  },
};

const first: Declarations = {
  moved: { externalBusinessId: "moved-1" },
  dependent: { externalBusinessId: "dependent", additionalId1: js("resources.moved.integrationId") },
  tagged: {
    args: { externalBusinessId: "tagged", adopt: true, connectedTagId: "1" },
    options: '{ replaceOnChanges: ["connectedTagId"] }',
  },
  following: {
    args: { externalBusinessId: "following" },
    options: "{ replaceWith: [resources.moved], customTimeouts: { delete: '45s' } }",
  },
  guarded: { args: { externalBusinessId: "guarded-1" }, options: "{ protect: true }" },
  retained: { args: { externalBusinessId: "retained-1" }, options: "{ retainOnDelete: true }" },
  coveredOne: { args: { externalBusinessId: "covered-one" }, options: "{ deletedWith: resources.moved }" },
  coveredTwo: { args: { externalBusinessId: "covered-two" }, options: "{ deletedWith: resources.moved }" },
  aliased: { externalBusinessId: "aliased-1" },
  elsewhere: { args: { externalBusinessId: "elsewhere-1" }, options: "{ provider: explicit }" },
  half: { externalBusinessId: "half-1" },
  plain: { externalBusinessId: "plain" },
  removed: { externalBusinessId: "removed" },
};

function without(declarations: Declarations, ...names: string[]): Declarations {
  return Object.fromEntries(Object.entries(declarations).filter(([name]) => !names.includes(name)));
}

const second: Declarations = {
  ...without(first, "removed", "aliased"),
  moved: { externalBusinessId: "moved-2" },
  tagged: {
    args: { externalBusinessId: "tagged", adopt: true, connectedTagId: "2" },
    options: '{ replaceOnChanges: ["connectedTagId"] }',
  },
  retained: { args: { externalBusinessId: "retained-2" }, options: "{ retainOnDelete: true }" },
  aliasedNow: { args: { externalBusinessId: "aliased-2" }, options: '{ aliases: [{ name: "aliased" }] }' },
  elsewhere: { args: { externalBusinessId: "elsewhere-2" }, options: "{ provider: explicit }" },
};

/** Without the explicit provider, whose pending deletion remains. */
const third: Declarations = without(second, "elsewhere");

/** A partial failure of a create. */
const fourth: Declarations = {
  ...third,
  half: { externalBusinessId: "half-2", connectedLbaId: "1" },
};

/** Without the property that Pinterest ignores. */
const fifth: Declarations = {
  ...fourth,
  half: { externalBusinessId: "half-2" },
};

const sixth: Declarations = {
  ...without(fifth, "coveredOne"),
  moved: { externalBusinessId: "moved-6" },
};

const steps: readonly Step[] = [
  {
    name: "creations",
    act: (lab) => {
      lab.program(first, explicit);
      return lab.run("up", ...withoutPreview);
    },
  },
  {
    name: "preview of replacements",
    act: (lab) => {
      lab.program(second, explicit);
      return lab.steps();
    },
  },
  {
    name: "replacements, of which two deletions fail",
    act: ({ emulator, run }) => {
      for (const id of ["moved-1", "elsewhere-1"]) failRequests(emulator, "delete", id);
      return run("up", ...continuing);
    },
  },
  {
    name: "an update that excludes a resource",
    act: (lab) => {
      stopFailures(lab.emulator);
      failRequests(lab.emulator, "delete", "elsewhere-1");
      return lab.run("up", ...withoutPreview, "--exclude", "**::moved");
    },
  },
  {
    name: "a destroy of a target",
    act: (lab) => lab.run("destroy", ...withoutPreview, "--target", "**::plain"),
  },
  {
    name: "an update of a target with a pending deletion",
    act: (lab) => lab.run("up", ...withoutPreview, "--target", "**::moved"),
  },
  {
    name: "an update that removes the provider of a pending deletion, killed before its deletions",
    act: (lab) => {
      stopFailures(lab.emulator);
      lab.program(third);
      return lab.upKilledBeforeDeletes(["elsewhere-1", "elsewhere-2"]);
    },
  },
  {
    name: "the update after a kill, with a missing integration",
    act: ({ emulator, run }) => {
      emulator.remove("elsewhere-1");
      return run("up", ...withoutPreview);
    },
  },
  {
    name: "a tainted resource and a replacement that fails partially",
    act: async (lab) => {
      lab.program(fourth);
      lab.emulator.setSwitches(withIgnoredField);
      await lab.taint("plain");
      return lab.run("up", ...continuing);
    },
  },
  {
    name: "the update after a partial failure",
    act: (lab) => {
      stopFailures(lab.emulator);
      lab.program(fifth);
      return lab.run("up", ...withoutPreview);
    },
  },
  {
    name: "a protected resource that would be replaced",
    act: (lab) => {
      lab.program({
        ...fifth,
        guarded: { args: { externalBusinessId: "guarded-2" }, options: "{ protect: true }" },
      });
      return lab.run("up", ...continuing, "--target", "**::guarded");
    },
  },
  {
    name: "a protected resource that would be deleted",
    act: (lab) => {
      lab.program(without(fifth, "guarded", "plain"));
      return lab.run("up", ...withoutPreview);
    },
  },
  {
    name: "an update that refreshes with the program, and deletes what depends on a replaced resource",
    act: (lab) => {
      failRequests(lab.emulator, "delete", "moved-2");
      lab.program({ ...sixth, guarded: { externalBusinessId: "guarded-1" } });
      return lab.run("up", ...continuing, "--refresh", "--run-program");
    },
  },
  {
    name: "a destroy that continues on errors, with a pending deletion that fails",
    act: (lab) => lab.run("destroy", ...continuing),
  },
  {
    name: "a destroy with the program and a pending deletion",
    act: (lab) => {
      stopFailures(lab.emulator);
      return lab.run("destroy", ...withoutPreview, "--run-program");
    },
  },
  {
    name: "a destroy without the program",
    act: (lab) => lab.run("destroy", ...withoutPreview),
  },
  {
    name: "creations of what depends on a foreign resource",
    act: (lab) => {
      lab.program(replacedWithForeign, foreign("shop-1"));
      return lab.run("up", ...withoutPreview);
    },
  },
  {
    name: "a foreign resource that is deleted first, and a create that fails",
    act: (lab) => {
      lab.program(replacedWithForeign, foreign("shop-2"));
      failRequests(lab.emulator, "create", "shop-2");
      return lab.run("up", ...withoutPreview);
    },
  },
  {
    name: "the update after a create that failed for a resource that was deleted first",
    act: (lab) => {
      stopFailures(lab.emulator);
      return lab.run("up", ...withoutPreview);
    },
  },
  {
    name: "an update before which a resource could be deleted first",
    act: (lab) => {
      lab.program(withoutRetaining, foreign("shop-2"));
      return lab.run("up", ...withoutPreview);
    },
  },
  {
    name: "a foreign resource that is deleted first, with an integration that cannot be",
    act: (lab) => {
      lab.program(withoutRetaining, foreign("shop-3"));
      return lab.run("up", ...withoutPreview);
    },
  },
  {
    name: "a destroy with a foreign resource",
    act: (lab) => lab.run("destroy", ...withoutPreview),
  },
];

compareEngines(steps);
