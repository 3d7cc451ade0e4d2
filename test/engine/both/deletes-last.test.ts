import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Lab } from "../helpers/lab";
import { js } from "../helpers/program";

// The engine deletes after the program has ended, and only the real engine shows in which order it calls providers. Each test runs with both
// provider types, because the engine treats their responses differently.

const shop = (externalBusinessId: unknown, connectedTagId = "33") => ({ externalBusinessId, connectedTagId });

let lab: Lab;

beforeEach(async () => {
  lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
});

afterEach(() => lab.close());

const ids = () =>
  lab.emulator
    .integrations()
    .map(({ external_business_id: id }) => id)
    .sort();
const integrationId = (id: string) => lab.emulator.integration(id)?.id;

/** A provider of the same account, and an ID that is known late. */
const other = () => `
const other = new pinterest.Provider("other", { accessToken: "${lab.emulator.token()}" });
const late = (value) => pulumi.output(new Promise((resolve) => setTimeout(resolve, 1500, value)));
`;

async function deploy(declarations: Parameters<Lab["program"]>[0], before?: string): Promise<void> {
  lab.program(declarations, before);
  await lab.up();
  lab.emulator.clearRequests();
}

describe("an ID that moves to another resource keeps its integration", () => {
  test.each([
    ["as an output", { b: shop(js('pulumi.output("shop-1")')) }, undefined],
    ["as an output that is known late", { b: shop(js('late("shop-1")')) }, undefined],
  ])("%s", async (_how, declared) => {
    await deploy({ a: shop("shop-1") });
    const id = integrationId("shop-1");
    lab.program({ a: shop("shop-2"), ...declared }, other());
    await lab.up();
    expect(lab.writes()).toEqual(["POST shop-2"]);
    expect(integrationId("shop-1")).toBe(id);
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("in a list by index from an output", async () => {
    const list = (all: string[]) =>
      `const list = pulumi.output(${JSON.stringify(all)});\n` +
      `list.apply((all) => all.forEach((id, index) => new pinterest.CommerceIntegration("s" + index, { externalBusinessId: id, connectedTagId: "33" })));`;
    await deploy({}, list(["s1", "s2", "s3"]));
    lab.program({}, list(["s2", "s3"]));
    await lab.up();
    expect(lab.writes()).toEqual(["DELETE s1"]);
    expect(await lab.previewExit("--refresh")).toBe(0);
  });

  test("through another provider, unchanged and known late", async () => {
    const declared = (a: string) => ({
      a: shop(a),
      b: { args: shop(js('late("shop-1")')), options: "{ provider: other }" },
    });
    await deploy(declared("shop-1"), other());
    lab.program(declared("shop-9"), other());
    await lab.up();
    expect(lab.writes()).toEqual(["POST shop-9"]);
    expect(await lab.previewExit("--refresh")).toBe(0);
  });
});

describe("a deletion that an update left over", () => {
  beforeEach(async () => {
    await deploy({ a: shop("shop-1") });
    lab.emulator.armFault({
      kind: "response",
      status: 503,
      operation: "delete",
      external_business_id: "shop-1",
    });
    lab.program({ a: shop("shop-2") });
    await lab.upFails();
    // The new resource adopts the integration. The update fails at `c`, so the engine does not complete the deletion.
    lab.program({
      a: shop("shop-2"),
      b: { args: shop("shop-1"), options: "{ protect: true }" },
      c: { args: shop("c"), options: "{ dependsOn: [resources.b] }" },
    });
    lab.emulator.armFault({ kind: "response", status: 503, operation: "get", external_business_id: "c" });
    await lab.fail("up", "--skip-preview", "--parallel", "1");
    expect(Object.keys(await lab.state()).sort()).toEqual(["a", "b"]);
    lab.program({ a: shop("shop-2"), b: { args: shop("shop-1"), options: "{ protect: true }" } });
    lab.emulator.clearRequests();
  });

  test.each([
    [["destroy", "--target", "**::a"]],
    [["destroy", "--exclude", "**::b"]],
    [["destroy", "--target", "**::a", "--run-program"]],
    [["destroy"]],
  ])("never deletes the integration of another resource: %j", async (args) => {
    const { output } = await lab.run(...args, "--skip-preview", "--yes");
    expect(lab.writes().filter((write) => write.endsWith("shop-1"))).toEqual([]);
    expect(ids()).toContain("shop-1");
    if (args.includes("--run-program")) expect(lab.writes()).toEqual(["DELETE shop-2"]);
    else if (args.length === 1)
      expect(output).toContain("integration 'shop-1' is not deleted with this resource");
    else expect(output).toContain("this command may leave resources out");
  });
});

test("an integration that a failed resource may declare in `apply` is not deleted", async () => {
  const failing =
    'const failing = new pinterest.CommerceIntegration("failing", { externalBusinessId: "failing" });\n';
  await deploy({ a: shop("shop-1") });
  lab.emulator.armFault({
    kind: "response",
    status: 503,
    operation: "get",
    external_business_id: "failing",
    times: "all",
  });
  lab.program(
    {},
    `${failing} failing.integrationId.apply(() => new pinterest.CommerceIntegration("b", { externalBusinessId: "shop-1" }));`,
  );
  await lab.upFails();
  expect(ids()).toEqual(["shop-1"]);
});

/** Copy the entry of `a` in state under the name `b`, without protection. */
async function copyEntry(): Promise<void> {
  const state = JSON.parse(await lab.exported());
  const { resources } = state.deployment;
  const entry = resources.find(({ urn }: { urn: string }) => urn.endsWith("::a"));
  resources.push({ ...entry, urn: entry.urn.replace(/a$/, "b"), protect: false });
  const file = join(lab.directory, "copied.json");
  writeFileSync(file, JSON.stringify(state));
  await lab.succeed("stack", "import", "--file", file);
}

test("a `destroy` deletes a copy of a protected resource, and keeps the integration", async () => {
  await deploy({ a: { args: shop("shop-1"), options: "{ protect: true }" } });
  await copyEntry();
  await lab.fail("destroy", "--skip-preview");
  expect(lab.writes()).toEqual([]);
  expect(Object.keys(await lab.state())).toEqual(["a"]);
});

test.each([
  ["the program no longer declares it", ["up", "--skip-preview"], ["b"]],
  ["it is renamed", ["up", "--skip-preview"], ["c"]],
  ["only it is destroyed", ["destroy", "--skip-preview", "--target", "**::a", "--run-program"], ["b"]],
])("a copy of an entry in state keeps the integration: %s", async (_how, [command = "", ...args], rest) => {
  await deploy({ a: shop("shop-1") });
  await copyEntry();
  const renamed = { args: shop("shop-1"), options: "{ aliases: [{ name: 'b' }] }" };
  lab.program(Object.fromEntries(rest.map((name) => [name, name === "b" ? shop("shop-1") : renamed])));
  await lab.succeed(command, ...args);
  expect(lab.writes()).toEqual([]);
  expect(Object.keys(await lab.state())).toEqual(rest);
});

test.each([[[]], [["--refresh"]]])(
  "a `destroy` that runs a program with a rename deletes the integration: %j",
  async (args) => {
    await deploy({ a: shop("shop-1") });
    lab.program({ b: { args: shop("shop-1"), options: "{ aliases: [{ name: 'a' }] }" } });
    await lab.succeed("destroy", "--skip-preview", "--run-program", ...args);
    expect(lab.writes()).toEqual(["DELETE shop-1"]);
  },
);

test("an integration that the program reads is not deleted", async () => {
  await deploy({ a: shop("shop-1") });
  lab.program({}, 'pinterest.CommerceIntegration.get("z", "shop-1");');
  const { output } = await lab.fail("up", "--skip-preview");
  expect(output).toContain("declares or reads integration 'shop-1'");
  expect(ids()).toEqual(["shop-1"]);
  lab.program({});
  await lab.up();
  await lab.up();
  expect(ids()).toEqual([]);
});

describe("a foreign resource that is deleted first", () => {
  const foreign = (version: number, id: string) => `
const foreignProvider = {
  check: async (_olds, news) => ({ inputs: news }),
  diff: async (_id, olds, news) => ({ changes: olds.version !== news.version, replaces: olds.version !== news.version ? ["version"] : [], deleteBeforeReplace: true }),
  create: async (inputs) => ({ id: "foreign-" + inputs.version, outs: inputs }),
  delete: async () => {},
};
class Foreign extends pulumi.dynamic.Resource {
  constructor(name, props) { super(foreignProvider, name, props); }
}
const foreign = new Foreign("foreign", { version: ${version}, shop: ${JSON.stringify(id)} });
const shopId = pulumi.output(foreign).apply((f) => f).apply(() => ${JSON.stringify(id)});
`;

  test("does not delete a resource that gets its ID from it, if the ID stays the same", async () => {
    const declared = {
      a: { args: shop(js("foreign.urn.apply(() => 'shop-1')")), options: "{ dependsOn: [foreign] }" },
    };
    await deploy(declared, foreign(1, "shop-1"));
    lab.program(declared, foreign(2, "shop-1"));
    await lab.up();
    expect(lab.writes()).toEqual([]);
    expect(await lab.previewExit()).toBe(0);
  });

  test("cannot make the engine delete an integration before the program has ended", async () => {
    const declared = {
      a: {
        args: shop(js("foreign.urn.apply(() => 'shop-1')")),
        options: '{ dependsOn: [foreign], replaceOnChanges: ["externalBusinessId"] }',
      },
    };
    await deploy(declared, foreign(1, "shop-1"));
    lab.program(declared, foreign(2, "shop-1"));
    const { output } = await lab.fail("up", "--skip-preview");
    expect(output).toContain("before the program has ended");
    expect(lab.writes()).toEqual([]);
  });
});

describe("a command with targets refuses to delete an integration", () => {
  test("that a transform declares", async () => {
    await deploy({ a: shop("shop-1"), b: shop("shop-9") });
    lab.program(
      { b: shop("shop-9") },
      `pulumi.runtime.registerResourceTransform(({ name, props, opts }) =>
  name === "b" ? { props: { ...props, externalBusinessId: "shop-1" }, opts } : undefined);`,
    );
    const { output } = await lab.fail("up", "--skip-preview", "--target", "**::a");
    expect(output).toContain("this command may leave resources out");
    expect(lab.writes()).toEqual([]);
  });

  test("if a provider that it leaves out refuses deletions", async () => {
    const refusing = `const x = new pinterest.Provider("x", { accessToken: "${lab.emulator.token()}", onDelete: "refuse" });`;
    const b = { args: shop("shop-2"), options: "{ provider: x }" };
    await deploy({ a: shop("shop-1"), b }, refusing);
    lab.program({ b }, refusing);
    const { output } = await lab.fail("up", "--skip-preview", "--target", "**::a");
    expect(output).toContain("is `refuse` for one of the providers");
    expect(lab.writes()).toEqual([]);
  });
});

test("without the system's process table, deletes only what an ended program proves, also if it changes TMPDIR", async () => {
  const preload = join(lab.directory, "without-proc.cjs");
  writeFileSync(
    preload,
    `const fs = require("node:fs");
const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  if (String(path).startsWith("/proc/")) throw new Error("no /proc");
  return readFileSync(path, ...rest);
};`,
  );
  lab.environment.NODE_OPTIONS = `--require ${preload}`;
  const changesTmpdir = 'process.env.TMPDIR = "/dev/null";';
  await deploy({ a: shop("shop-1"), b: shop("shop-2"), c: shop("shop-3") }, changesTmpdir);
  lab.program({ renamed: shop("shop-1"), c: shop("shop-3") }, changesTmpdir);
  await lab.up();
  expect(lab.writes()).toEqual(["DELETE shop-2"]);
  const { output } = await lab.fail("destroy", "--skip-preview");
  expect(output).toContain("its options are unknown");
  await lab.succeed("destroy", "--skip-preview", "--run-program");
  expect(ids()).toEqual([]);
});
