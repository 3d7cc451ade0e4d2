import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";

const example = resolve(__dirname, "../../examples/fleet-kubernetes");
const read = (path: string) => readFileSync(join(example, path), "utf8");

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

const { resources, patches } = parse(read("manifests/kustomization.yaml")) as {
  resources: string[];
  patches: unknown;
};
const objects = resources.flatMap((path) =>
  parseAllDocuments(read(`manifests/${path}`)).map((document) => document.toJS() as Manifest),
);
const everyShard = parse(read("manifests/every-shard.yaml")) as Manifest;

test("each shard has a stack with its name", () => {
  const shards = readdirSync(join(example, "shards")).map((file) => file.replace(".json", ""));
  const stacks = objects.filter(({ kind }) => kind === "Stack");
  expect(stacks.map(({ metadata, spec }) => [metadata.name, spec.stack])).toEqual(
    shards.map((shard) => [shard, shard]),
  );
});

test("every stack fixes drift, continues if one merchant fails, and keeps the integrations if its object is deleted", () => {
  expect(patches).toEqual([{ path: "every-shard.yaml", target: { kind: "Stack" } }]);
  expect(everyShard.spec).toMatchObject({
    refresh: true,
    continueResyncOnCommitMatch: true,
    destroyOnFinalize: false,
    updateTemplate: { spec: { continueOnError: true } },
    serviceAccountName: objects.find(({ kind }) => kind === "ServiceAccount")?.metadata.name,
  });
});

test("the stacks read secrets only from the Secret that the README creates", () => {
  const [, command = ""] = /(kubectl create secret [\s\S]*?)\n```/.exec(read("README.md")) ?? [];
  const [, name] = /generic (\S+)/.exec(command) ?? [];
  const keys = [...command.matchAll(/--from-(?:literal|file)=(\w+)=/g)].map(([, key]) => key);
  const references = Object.entries(
    everyShard.spec.envRefs as Record<string, { type: string; secret?: object }>,
  );
  const settings = references.filter(([, { type }]) => type !== "Secret").map(([variable]) => variable);
  expect(settings).toEqual(["PINTEREST_WHEN_UNREACHABLE"]);
  const secrets = references.filter(([, { type }]) => type === "Secret").map(([, { secret }]) => secret);
  expect(new Set(secrets)).toEqual(new Set(keys.map((key) => ({ name, key }))));
});
