import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { type Emulator, startEmulator } from "../../../emulator";
import { DynamicProvider } from "../../../provider/dynamic/provider";
import { ProviderProcess } from "../../../provider/lifecycle/provider-process";
import { readObservations } from "../../../provider/run/observations";
import { type ObservationRequest, programContext } from "../../../provider/run/run-context";
import { temporaryDirectory } from "../../temporary-directory";

const news = { externalBusinessId: "shop-1", connectedTagId: "1" };

let emulator: Emulator;
let directory: string;
let file: string;
let observe: ObservationRequest | undefined;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  emulator.reset();
  directory = temporaryDirectory();
  file = join(directory, "observations");
  writeFileSync(file, "");
  observe = { file, creates: true };
});
afterAll(() => emulator.stop());

async function provider(more: Record<string, string> = {}): Promise<DynamicProvider> {
  const dynamicProvider = new DynamicProvider(
    new ProviderProcess({ context: { ...programContext, ...(observe && { observe }) } }),
  );
  const configuration = {
    "pinterest:apiUrl": emulator.url,
    "pinterest:accessToken": emulator.token(),
    ...more,
  };
  await dynamicProvider.configure({ config: new Config(configuration, "some-project") });
  return dynamicProvider;
}

test("a check of a create reads the integration, and returns the same inputs as without observations", async () => {
  const limited = await provider({ "pinterest:deleteLimit": "1" });
  expect(await limited.check({}, news)).toEqual({ inputs: news, failures: [] });
  expect(readObservations(file)).toEqual([
    { kind: "limits", onDelete: "disconnect", deleteLimit: 1 },
    { kind: "create", externalBusinessId: "shop-1", verdict: "created" },
  ]);
});

test("a check of a resource in state, or of invalid inputs, reads nothing", async () => {
  await (await provider()).check(news, news);
  const { failures } = await (await provider()).check({}, { ...news, connectedTagId: 0 });
  expect(failures).toHaveLength(1);
  expect(emulator.requests()).toEqual([]);
  expect(readObservations(file).map(({ kind }) => kind)).not.toContain("create");
});

test("a check reads nothing unless a command requests observations of creates", async () => {
  observe = undefined;
  await (await provider()).check({}, news);
  observe = { file, reads: true };
  await (await provider()).check({}, news);
  expect(emulator.requests()).toEqual([]);
});

test("an invalid configuration fails the check, with the key", async () => {
  const result = (await provider({ "pinterest:requestTimeout": "soon" })).check({}, news);
  const reason = expect.stringContaining("pinterest:requestTimeout");
  expect(await result).toMatchObject({ failures: [{ property: "", reason }] });
  expect(readObservations(file)).toEqual([]);
});

test("a file that is not writable does not fail the check", async () => {
  observe = { file: join(directory, "none", "file"), creates: true };
  expect(await (await provider()).check({}, news)).toEqual({ inputs: news, failures: [] });
});

test("a create after a read that found the integration missing sends no further request", async () => {
  const opened = await provider();
  const { outs } = await opened.create(news);
  emulator.remove("shop-1");
  await opened.read("shop-1", outs);
  emulator.clearRequests();
  await opened.check({}, news);
  expect(emulator.requests()).toEqual([]);
  expect(readObservations(file)).toContainEqual({
    kind: "create",
    externalBusinessId: "shop-1",
    verdict: "created",
  });
});
