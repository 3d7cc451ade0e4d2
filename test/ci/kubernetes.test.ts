import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import {
  kubernetesExample,
  kustomization,
  type Manifest,
  manifests,
  shardsOfExample,
} from "./helpers/manifests";
import { findOperatorDefinitions, validatorOf } from "./helpers/operator-crds";

const fromSecret = z.strictObject({
  type: z.literal("Secret"),
  secret: z.strictObject({ name: z.string(), key: z.string() }),
});
const literal = z.strictObject({
  type: z.literal("Literal"),
  literal: z.strictObject({ value: z.string() }),
});

/** The part of the operator's API that the manifests use, from its documentation (2.3). */
const stack = z.strictObject({
  apiVersion: z.literal("pulumi.com/v1"),
  kind: z.literal("Stack"),
  // The operator derives longer names from this name.
  metadata: z.strictObject({ name: z.string().max(42) }),
  spec: z.strictObject({
    stack: z.string(),
    serviceAccountName: z.string(),
    projectRepo: z.url(),
    branch: z.string(),
    shallow: z.boolean(),
    envRefs: z.record(z.string(), z.union([fromSecret, literal])),
    resyncFrequencySeconds: z.int().min(60),
    continueResyncOnCommitMatch: z.boolean(),
    refresh: z.boolean(),
    retryMaxBackoffDurationSeconds: z.int().positive(),
    destroyOnFinalize: z.boolean(),
    workspaceReclaimPolicy: z.enum(["Retain", "Delete"]),
    updateTemplate: z.strictObject({ spec: z.strictObject({ continueOnError: z.boolean() }) }),
    workspaceTemplate: z.strictObject({
      spec: z.strictObject({
        image: z.string(),
        securityProfile: z.enum(["baseline", "restricted"]),
        resources: z.strictObject({
          requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
          limits: z.strictObject({ memory: z.string() }),
        }),
      }),
    }),
  }),
});

const all = manifests();
const stacks = all.filter(({ kind }) => kind === "Stack");

test("each shard has a stack with its name, with only documented fields", () => {
  expect(stacks.map((manifest) => stack.parse(manifest).spec.stack)).toEqual(shardsOfExample);
  expect(stacks.map(({ metadata }) => metadata.name)).toEqual(shardsOfExample);
});

test.each(stacks.map(({ metadata, spec }) => [metadata.name, spec] as const))(
  "%s fixes drift, continues if one merchant fails, and keeps the integrations if its object is deleted",
  (_, spec) => {
    expect(spec).toMatchObject({
      refresh: true,
      continueResyncOnCommitMatch: true,
      destroyOnFinalize: false,
      updateTemplate: { spec: { continueOnError: true } },
    });
  },
);

test("the manifests read secrets only from the Secret that the README creates", () => {
  const readme = readFileSync(join(kubernetesExample, "README.md"), "utf8");
  const [, command = ""] = /(kubectl create secret [\s\S]*?)\n```/.exec(readme) ?? [];
  const [, name] = /generic (\S+)/.exec(command) ?? [];
  const keys = [...command.matchAll(/--from-(?:literal|file)=(\w+)=/g)].map(([, key]) => key);
  const used = stacks.flatMap((manifest) =>
    Object.values(stack.parse(manifest).spec.envRefs).flatMap((ref) =>
      ref.type === "Secret" ? [ref.secret] : [],
    ),
  );
  expect(new Set(used.map((secret) => secret.name))).toEqual(new Set([name]));
  expect(new Set(used.map(({ key }) => key))).toEqual(new Set(keys));
  expect(all.filter(({ kind }) => kind === "Secret")).toEqual([]);
});

test("the pods' service account can verify that requests come from the operator", () => {
  const accounts = all.filter(({ kind }) => kind === "ServiceAccount").map(({ metadata }) => metadata.name);
  expect(new Set(stacks.map((manifest) => stack.parse(manifest).spec.serviceAccountName))).toEqual(
    new Set(accounts),
  );
  expect(all.filter(({ kind }) => kind === "ClusterRoleBinding")).toMatchObject([
    {
      roleRef: { kind: "ClusterRole", name: "system:auth-delegator" },
      subjects: [{ kind: "ServiceAccount", name: accounts[0], namespace: kustomization.namespace }],
    },
  ]);
});

describe("kubectl", () => {
  const rendered = render();
  if (typeof rendered === "string")
    process.stderr.write(`kubernetes.test.ts is partially skipped: ${rendered}\n`);

  (typeof rendered === "string" ? test.skip : test)("renders the objects that the other tests check", () => {
    const inNamespace = all.map(({ metadata, ...rest }) => ({
      ...rest,
      metadata:
        rest.kind === "ClusterRoleBinding" ? metadata : { ...metadata, namespace: kustomization.namespace },
    }));
    expect(rendered).toHaveLength(all.length);
    expect(rendered).toEqual(expect.arrayContaining(inNamespace));
  });

  function render(): Manifest[] | string {
    try {
      const folder = join(kubernetesExample, "manifests");
      const output = execFileSync("kubectl", ["kustomize", folder], { encoding: "utf8", stdio: "pipe" });
      return parseAllDocuments(output).map((document) => document.toJS() as Manifest);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "kubectl is not on PATH";
      throw error;
    }
  }
});

describe("the operator's own definitions", () => {
  const validate = findOperatorDefinitions();
  if (typeof validate === "string")
    process.stderr.write(`kubernetes.test.ts is partially skipped: ${validate}\n`);

  (typeof validate === "string" ? test.skip : test)("accept each stack", () => {
    if (typeof validate === "string") return;
    expect(stacks.map((manifest) => [manifest.metadata.name, validate(manifest)])).toEqual(
      stacks.map((manifest) => [manifest.metadata.name, []]),
    );
  });

  test("reject unknown fields and values of the wrong type", () => {
    const definition = `
kind: CustomResourceDefinition
spec:
  group: example.com
  names: { kind: Thing }
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          type: object
          properties:
            apiVersion: { type: string }
            kind: { type: string }
            metadata: { type: object }
            spec:
              type: object
              required: [size]
              properties:
                size: { type: integer }
                limit: { x-kubernetes-int-or-string: true, anyOf: [{ type: integer }, { type: string }] }
                refs: { type: object, additionalProperties: { type: object, properties: { key: { type: string } } } }
                free: { type: object, properties: {}, x-kubernetes-preserve-unknown-fields: true }
`;
    const errorsOf = validatorOf([definition]);
    const objectOf = (spec: object): Manifest => ({
      apiVersion: "example.com/v1",
      kind: "Thing",
      metadata: { name: "a" },
      spec,
    });
    const valid = { size: 1, limit: "2Gi", refs: { A: { key: "k" } }, free: { anything: [1] } };
    expect(errorsOf(objectOf(valid))).toEqual([]);
    expect(errorsOf(objectOf({ ...valid, sise: 1 }))).toEqual([expect.stringContaining("sise")]);
    expect(errorsOf(objectOf({ ...valid, refs: { A: { kye: "k" } } }))).toEqual([
      expect.stringContaining("kye"),
    ]);
    expect(errorsOf(objectOf({ size: "1" }))).toEqual([
      expect.stringContaining("/spec/size must be integer"),
    ]);
    expect(errorsOf(objectOf({}))).toEqual([expect.stringContaining("size")]);
    expect(errorsOf({ ...objectOf(valid), kind: "Other" })).toBeUndefined();
  });
});
