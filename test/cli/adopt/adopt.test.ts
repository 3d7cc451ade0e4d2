import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { adoptList, adoptPrograms } from "../../../cli/adopt/adopt";
import { planAdoption } from "../../../cli/adopt/plan";
import { yamlSource } from "../../../cli/adopt/yaml-source";
import type { MerchantReport, StackReport } from "../../../stack/report";
import type { OpenStack } from "../../../stack/stack";
import { nothingWritten, notTheComparedValue } from "../../expected/reports";
import { testOnPosix } from "../../platform";
import { recordingTerminal } from "../helpers/terminal";
import { type Drift, directoryWith, driftedMerchant, stackOf } from "./helpers";

const tag: Drift = { connectedTagId: ["1", "22"] };
const list = "name,connectedTagId\nshop,1\nnorth,1\n";

const program = `resources:\n  shop: { type: pinterest:CommerceIntegration, properties: { connectedTagId: "1" } }\n`;

function planned(...stacks: StackReport[]) {
  const { adopted, unadopted } = planAdoption(stacks, yamlSource(directoryWith({ "Pulumi.yaml": program })));
  return { adopted: adopted.length, reasons: unadopted.map(({ reason }) => reason) };
}

const property = { name: "connectedTagId", secret: false, program: "1", pinterest: "22" };

test.each<[string, Partial<MerchantReport>]>([
  [
    "deleted at Pinterest: fix the drift to recreate it, or remove its declaration",
    { status: "missing", properties: [] },
  ],
  [
    "accepted as missing",
    { status: "accepted", properties: [], accepted: { reason: "a", by: "b", until: "2999-12-31" } },
  ],
  ["revoked: its values are not known", { status: "revoked", properties: [] }],
  ["recreated at Pinterest: it needs an update", { recreated: true }],
  ["an update would replace it", { pending: ["replace"] }],
  [
    "it belongs to a component or another parent",
    { urn: "urn:pulumi:dev::shops::shops:Shop$pinterest:index:CommerceIntegration::shop" },
  ],
  ["its change in the program is not deployed", { pending: ["connectedTagId"] }],
  [
    "accepted drift: remove its entry from accepted-drift.yaml first",
    { properties: [{ ...property, accepted: { reason: "a", by: "b", until: "2999-12-31" } }] },
  ],
  ["a secret", { properties: [{ name: "partnerAccessToken", secret: true }] }],
  [
    "the declared value is not known",
    { properties: [{ name: "connectedTagId", secret: false, pinterest: "22" }] },
  ],
  [
    "Pinterest's value is not known",
    { properties: [{ name: "connectedTagId", secret: false, program: "1" }] },
  ],
  [
    "not a field of an integration",
    { properties: [{ name: "account", secret: false, program: "a", pinterest: "b" }] },
  ],
])("does not adopt if the reason is: %s", (reason, more) => {
  expect(planned(stackOf([driftedMerchant("shop", tag, more)]))).toEqual({ adopted: 0, reasons: [reason] });
});

test("adopts a value of several stacks with one program only if all have it", () => {
  const dev = stackOf([driftedMerchant("shop", tag)], "dev");
  expect(planned(dev, stackOf([driftedMerchant("shop", tag)], "prod"))).toEqual({ adopted: 1, reasons: [] });
  const inSync = driftedMerchant("shop", {}, { status: "in-sync" });
  expect(planned(dev, stackOf([inSync], "prod"))).toEqual({
    adopted: 0,
    reasons: ["the stack prod of this program has another value at Pinterest"],
  });
});

test("adopts no value of resources with the same name in one stack", () => {
  const [first, second] = ["a", "b"].map((id) => driftedMerchant("shop", tag, { externalBusinessId: id }));
  expect(planned(stackOf([first, second] as MerchantReport[]))).toEqual({
    adopted: 0,
    reasons: ["several resources have this name"],
  });
});

test("prints the edits and the other changes, and writes only after confirmation", async () => {
  const path = join(directoryWith({ "list.csv": list }), "list.csv");
  const stacks = [
    stackOf([driftedMerchant("shop", tag), driftedMerchant("north", { connectedTagId: ["2", null] })]),
  ];
  const terminal = recordingTerminal();
  const questions: string[] = [];
  const answer = (yes: boolean) => async (question: string) => questions.push(question) > 0 && yes;
  await adoptList(stacks, { adopt: path }, terminal, answer(false));
  expect(questions).toEqual(["Write 1 value to 1 file?"]);
  expect(terminal.notes()).toBe(`Not written into the merchant list:
  north: connectedTagId 2 -> (not set): ${notTheComparedValue} (${path}:3)
Pinterest's values to write into the merchant list:
  ${path}:2  shop: connectedTagId 1 -> 22
${nothingWritten}
`);
  expect(readFileSync(path, "utf8")).toBe(list);
  await adoptList(stacks, { adopt: path }, terminal, answer(true));
  expect(readFileSync(path, "utf8")).toBe(list.replace("shop,1", "shop,22"));
  expect(terminal.notes()).toMatch(
    /wrote .*list\.csv\nTo store the list, run `npx pulumi-pinterest fleet plan .*`/,
  );
});

test("prints what is known of each change that it does not write", async () => {
  const path = join(directoryWith({ "list.csv": list }), "list.csv");
  const unknown = { name: "connectedTagId", secret: false, pinterest: "22" };
  const secret = { name: "partnerAccessToken", secret: true };
  const merchants = [
    driftedMerchant("shop", {}, { properties: [unknown, secret] }),
    driftedMerchant("north", {}, { status: "missing" }),
    driftedMerchant("absent", tag),
  ];
  const terminal = recordingTerminal();
  await adoptList([stackOf(merchants)], { adopt: path, yes: true }, terminal);
  expect(terminal.notes()).toBe(`Not written into the merchant list:
  shop: connectedTagId (unknown) -> 22: the declared value is not known
  shop: partnerAccessToken: a secret
  north: deleted at Pinterest: fix the drift to recreate it, or remove its declaration
  absent: connectedTagId 1 -> 22: the list has no merchant of this name (${path})
No value of Pinterest can be written into the merchant list.
`);
});

testOnPosix("file modes")("keeps permissions and a symbolic link", async () => {
  const directory = directoryWith({ "list.csv": list });
  const [path, link] = ["list.csv", "link.csv"].map((name) => join(directory, name)) as [string, string];
  chmodSync(path, 0o600);
  symlinkSync(path, link);
  await adoptList([stackOf([driftedMerchant("shop", tag)])], { adopt: link, yes: true }, recordingTerminal());
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, "utf8")).toContain("shop,22");
});

test("writes nothing if the file has changed since it was read", async () => {
  const path = join(directoryWith({ "list.csv": list }), "list.csv");
  const change = async () => {
    writeFileSync(path, `${list}new,\n`);
    return true;
  };
  await expect(
    adoptList([stackOf([driftedMerchant("shop", tag)])], { adopt: path }, recordingTerminal(), change),
  ).rejects.toThrow("has changed in the meantime");
  expect(readFileSync(path, "utf8")).toBe(`${list}new,\n`);
});

describe("programs of several projects,", () => {
  /** Projects whose Pulumi.yaml has these lines, and in each the stack dev. It has drift in `shops` and `more`. */
  function projects(lines: string) {
    const directory = directoryWith({ "Main.yaml": program });
    const opened = ["shops", "more", "unchanged"].map((name) => {
      const path = join(directory, name);
      mkdirSync(path);
      writeFileSync(join(path, "Pulumi.yaml"), `name: ${name}\nruntime: yaml\n${lines}`);
      return { directory: path, listed: ["dev"] } as unknown as OpenStack;
    });
    const unusable = { ...stackOf([]), directory: join(directory, "unusable"), errors: ["no project"] };
    const reports = opened.map(({ directory }) => ({
      ...stackOf(directory.endsWith("unchanged") ? [] : [driftedMerchant("shop", tag)]),
      directory,
      errors: ["another integration could not be read"],
    }));
    const checks = [...opened.map((stack) => ({ stack })), {}];
    return {
      directory,
      opened,
      adopted: adoptPrograms({ stacks: [...reports, unusable] }, checks, { yes: true }, recordingTerminal()),
    };
  }

  test("each with one stack, are edited, even if a part of their checks failed", async () => {
    const { directory, opened, adopted } = projects(program);
    expect([...(await adopted).failuresByStack.keys()]).toEqual(opened.slice(0, 2));
    for (const name of ["shops", "more"])
      expect(readFileSync(join(directory, name, "Pulumi.yaml"), "utf8")).toContain('connectedTagId: "22"');
  });

  test("that share a file, are not edited", async () => {
    const { directory, adopted } = projects("main: ..\n");
    await expect(adopted).rejects.toThrow("several projects share a file. Nothing was written.");
    expect(readFileSync(join(directory, "Main.yaml"), "utf8")).toBe(program);
  });
});

describe("the program of the stacks dev and prod, of which dev has drift,", () => {
  /** Adopts the drift. `errors` are those of the checked stacks by name, and `stack` the stacks that the user has named. */
  async function adopt(errors: Record<string, string[]>, stack?: string[]) {
    const directory = directoryWith({ "Pulumi.yaml": `name: shops\nruntime: yaml\n${program}` });
    const stacks = Object.entries(errors).map(([name, ofStack]) => ({
      ...stackOf(name === "dev" ? [driftedMerchant("shop", tag)] : [], name),
      directory,
      errors: ofStack,
    }));
    const target = { stack: { directory, listed: ["dev", "prod"] } as unknown as OpenStack };
    const terminal = recordingTerminal();
    const options = { yes: true as const, ...(stack && { stack }) };
    const edit = adoptPrograms({ stacks }, [target], options, terminal);
    const { failuresByStack } = await edit;
    const isEdited = readFileSync(join(directory, "Pulumi.yaml"), "utf8").includes('connectedTagId: "22"');
    expect(failuresByStack.size > 0).toBe(isEdited);
    return { isEdited, notes: terminal.notes() };
  }

  test("is not edited if prod was not checked", async () => {
    expect(await adopt({ dev: [] })).toEqual({
      isEdited: false,
      notes: expect.stringContaining(
        "it would also change the stack prod, which was not checked: add --all-stacks",
      ),
    });
  });

  test("is not edited if the check of prod failed", async () => {
    expect(await adopt({ dev: [], prod: ["failed"] }, ["dev", "prod"])).toEqual({
      isEdited: false,
      notes: expect.stringContaining(
        "it would also change the stack prod, whose check failed: see its errors in the report",
      ),
    });
  });

  test("is edited if the user names only dev, and the effect on prod is reported", async () => {
    expect(await adopt({ dev: [] }, ["dev"])).toEqual({
      isEdited: true,
      notes: expect.stringContaining("The edit also changes the stack prod, which was not checked."),
    });
  });

  test("is edited if both were checked", async () => {
    expect(await adopt({ dev: [], prod: [] })).toEqual({
      isEdited: true,
      notes: expect.not.stringContaining("not checked"),
    });
  });
});
