import { expect, jest, test } from "@jest/globals";
import { writeObservation } from "../../provider/run/observations";
import { parseRunContext } from "../../provider/run/run-context";
import { openAccess } from "../../stack/access";
import { checkStack, checkState } from "../../stack/check-stack";
import { CommandError } from "../../stack/command-error";
import type { OpenStack } from "../../stack/stack";
import { listRemaining } from "../../stack/unmanaged";
import { eventsOf } from "../cli/drift/helpers/engine-events";
import { deleteUndeclared, undeclaredProtected } from "../expected/reports";
import { stageOfFile } from "../lifecycle/helpers/stage";
import { deployed, stackOf } from "./helpers/stack";

const stage = stageOfFile();
const notify = () => {};

test("a check of the state skips resources that an interrupted replacement left", async () => {
  const shop = await deployed(stage, "shop", { externalBusinessId: "shop-1" });
  const replaced = { ...(await deployed(stage, "shop", { externalBusinessId: "shop-0" })), delete: true };
  const { merchants, errors } = await checkState(stackOf(stage, [shop, replaced]), { notify });
  expect(errors).toEqual([]);
  expect(merchants.map(({ externalBusinessId }) => externalBusinessId)).toEqual(["shop-1"]);
});

test.each<[what: string, operations: ("refresh" | "delete")[], exports: number]>([
  ["exports the state if the engine does not read an integration before it deletes it", ["delete"], 1],
  ["does not export the state if the engine reads the integration", ["refresh", "delete"], 0],
])("%s", async (_what, operations, exports) => {
  const shop = await deployed(stage, "shop", { externalBusinessId: "shop-1" });
  const { inputs } = shop;
  const steps = operations.map((op) => ({ op, old: inputs, ...(op === "refresh" && { new: inputs }) }));
  const stack = stackOf(stage, [shop], eventsOf(...steps));
  const resources = jest.spyOn(stack, "resources");
  const { report } = await checkStack(stack, { notify });
  expect(report).toMatchObject({ merchants: [{ status: "in-sync", pending: ["delete"] }], errors: [] });
  expect(resources).toHaveBeenCalledTimes(exports);
});

test("reports how to keep and how to delete a protected integration that the program does not declare", async () => {
  const shop = await deployed(stage, "shop", { externalBusinessId: "shop-1" });
  const { inputs } = shop;
  const stack = stackOf(stage, [shop]);
  stack.preview = async ({ onEvent }) => {
    for (const event of eventsOf({ op: "delete", old: inputs, isProtected: true })) onEvent(event);
    throw new Error("broken");
  };
  const { report } = await checkStack(stack, { notify });
  expect(report.errors[0]).toMatch(
    new RegExp(
      `^The stack has ${undeclaredProtected("1 protected integration")} shop\\. \`pulumi up\` fails until the program declares it\\. .* ${deleteUndeclared} \\(.*\\), and then \`pulumi up\`\\.$`,
    ),
  );
});

test("sends one read, even if the program fails before the first integration", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `shop-${index}`);
  const shops = names.map((name) => deployed(stage, name, { externalBusinessId: name, connectedTagId: "1" }));
  const stack = stackOf(stage, await Promise.all(shops));
  stack.preview = async () => {
    throw new Error("broken");
  };
  stage.emulator.change("shop-7", { connected_tag_id: "7" });
  stage.emulator.clearRequests();
  const { report, failed } = await checkStack(stack, { notify });
  expect(failed).toBe(true);
  expect(report.errors).toEqual([expect.stringContaining("broken")]);
  const statuses = report.merchants.map(({ name, status }) => `${name} ${status}`);
  expect(statuses.sort()).toEqual(
    names.map((name) => `${name} ${name === "shop-7" ? "drifted" : "in-sync"}`).sort(),
  );
  expect(stage.emulator.counters().reads).toBe(1);
});

test.each<[what: string, prepare: (stack: OpenStack) => unknown, errors: unknown[]]>([
  [
    "the engine's failure once if it also cannot read the state",
    (stack) => jest.spyOn(stack, "resources").mockRejectedValue(new CommandError("no state")),
    ["broken"],
  ],
  [
    "a configuration that is not valid, so that integrations were not read",
    ({ environment }) => Object.assign(environment, { PINTEREST_MAX_ATTEMPTS: "many" }),
    ["broken", expect.stringMatching(/PINTEREST_MAX_ATTEMPTS\) must/)],
  ],
])("reports %s", async (_what, prepare, errors) => {
  const stack = stackOf(stage, [await deployed(stage, "shop", { externalBusinessId: "shop-1" })]);
  stack.preview = () => Promise.reject(new Error("broken"));
  prepare(stack);
  const { report } = await checkStack(stack, { notify });
  expect(report.errors).toEqual(errors);
});

test("reports that it was stopped before it read an integration that the program no longer declares", async () => {
  const shop = await deployed(stage, "shop", { externalBusinessId: "shop-1" });
  const stop = new AbortController();
  const stack = stackOf(stage, [shop]);
  stack.preview = async ({ onEvent }) => {
    for (const event of eventsOf({ op: "delete", old: shop.inputs })) onEvent(event);
    stop.abort();
  };
  const { report } = await checkStack(stack, { notify, signal: stop.signal });
  expect(report.errors).toEqual([expect.stringContaining("aborted")]);
});

test("reads nothing in state after a preview that was stopped", async () => {
  const stack = stackOf(stage, [await deployed(stage, "shop", { externalBusinessId: "shop-1" })]);
  const stop = new AbortController();
  stack.preview = async () => {
    stop.abort();
    throw new Error("interrupted");
  };
  stage.emulator.clearRequests();
  const { report } = await checkStack(stack, { notify, signal: stop.signal });
  expect([report.errors, stage.emulator.counters().reads]).toEqual([["interrupted"], 0]);
});

test("does not read an integration again under the old name that the program gives as an alias", async () => {
  const renamed = await deployed(stage, "old", { externalBusinessId: "shop-1" });
  const removed = await deployed(stage, "removed", { externalBusinessId: "shop-0" });
  const values = { ...renamed.inputs, integrationId: renamed.outputs?.integrationId };
  const events = eventsOf(
    { op: "refresh", name: "new", old: values, new: values },
    { op: "same", name: "new", old: values, new: values },
    { op: "delete", name: "removed", old: removed.inputs },
  );
  const { report } = await checkStack(stackOf(stage, [renamed, removed], events), { notify });
  expect(report.merchants.map(({ name, status }) => `${name} ${status}`)).toEqual([
    "new in-sync",
    "removed in-sync",
  ]);
});

test("reports failures of the account command in provider processes, and the number of integrations", async () => {
  const stack = stackOf(stage, []);
  const { inputs } = await deployed(stage, "shop", { externalBusinessId: "shop-1" });
  stack.preview = async ({ environment = {}, onEvent }) => {
    for (const event of eventsOf({ op: "create", new: inputs })) onEvent(event);
    const { observe } = parseRunContext(environment);
    writeObservation({ kind: "command failure", message: "the command has exited with 1" }, observe);
  };
  const failures: string[] = [];
  const progress: string[] = [];
  await checkStack(stack, {
    notify,
    onCommandFailure: (message) => failures.push(message),
    progress: (text) => progress.push(text),
  });
  expect(failures).toEqual(["the command has exited with 1"]);
  expect(progress.at(-1)).toBe("test: 1 integration");
});

test("a check of the state reports why it could not read the integrations", async () => {
  const stack = stackOf(stage, []);
  jest.spyOn(stack, "resources").mockRejectedValue(new CommandError("no state"));
  expect(await checkState(stack, { notify })).toMatchObject({ merchants: [], errors: ["no state"] });
});

test("lists the accounts that provider processes have not listed, if unmanaged integrations are requested", async () => {
  stage.emulator.put("by-hand");
  const listed = async (unmanaged: boolean) =>
    (await checkStack(stackOf(stage, []), { notify, unmanaged })).inventory.flatMap(({ integrations }) =>
      integrations.map(({ externalBusinessId }) => externalBusinessId),
    );
  expect([await listed(true), await listed(false)]).toEqual([["by-hand"], []]);
});

test("lists the default account even if an explicit provider has listed its own account", async () => {
  stage.emulator.put("shop-1");
  const access = await openAccess(stackOf(stage, []), notify);
  const ids = async (providerName?: string) =>
    (await listRemaining(access, [{ integrations: [], ...(providerName && { providerName }) }])).flatMap(
      ({ integrations }) => integrations.map(({ externalBusinessId }) => externalBusinessId),
    );
  expect(await ids("west")).toEqual(["shop-1"]);
  expect(await ids()).toEqual([]);
});

test("reduces the request timeout and the number of attempts, unless the user sets them", async () => {
  const environments: Record<string, string | undefined>[] = [];
  const stack = stackOf(stage, []);
  stack.preview = async ({ environment }) => void environments.push(environment ?? {});
  await checkStack(stack, { notify });
  stack.environment.PINTEREST_MAX_ATTEMPTS = "4";
  await checkStack(stack, { notify });
  expect(
    environments.map(({ PINTEREST_REQUEST_TIMEOUT, PINTEREST_MAX_ATTEMPTS }) => [
      PINTEREST_REQUEST_TIMEOUT,
      PINTEREST_MAX_ATTEMPTS,
    ]),
  ).toEqual([
    ["10", "2"],
    ["10", undefined],
  ]);
});
