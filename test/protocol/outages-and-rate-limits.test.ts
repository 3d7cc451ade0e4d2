import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { RequestEntry } from "../../emulator";
import { retryBudget } from "../expected/limits";
import {
  creating,
  namedRequest,
  nothingChanged,
  pattern,
  rateLimited,
  reading,
  responded,
} from "../expected/messages";
import { Lab, providerTypes, type Run } from "../fake-engine/lab";

const shopIds = (count: number) => Array.from({ length: count }, (_, index) => `shop-${index + 1}`);

function declare(lab: Lab, ids: readonly string[]): void {
  lab.program(Object.fromEntries(ids.map((id) => [id, { externalBusinessId: id, connectedTagId: "1" }])));
}

describe.each(providerTypes)("%s", (providerType) => {
  describe("an outage of Pinterest", () => {
    const ids = shopIds(40);
    let lab: Lab;
    let run: Run;

    beforeAll(async () => {
      lab = await Lab.open({ providerType });
      declare(lab, ids);
      lab.emulator.armFault({ kind: "response", preset: "unavailable", times: "all" });
      run = await lab.upFails("--parallel", "64");
    });

    afterAll(() => lab.close());

    test("causes no retry storm: 40 resources share a few retries", () => {
      const { requests, operations } = lab.emulator.counters();
      expect(requests).toBeGreaterThan(40);
      expect(requests).toBeLessThanOrEqual(40 + retryBudget);
      expect(operations).toMatchObject({ get: requests, create: 0 });
    });

    test("fails each resource with the operation, Pinterest's response, and the remedy", () => {
      for (const id of ids) {
        const message = new RegExp(
          `error: ${reading(id)} failed.*: ${responded(503, 0)}: .*${pattern(namedRequest("\\d+"))}. ${nothingChanged}`,
        );
        expect(run.output).toMatch(message);
      }
    });

    test("is followed by an update that converges", async () => {
      lab.emulator.disarmFaults();
      await lab.up("--parallel", "64");
      const created = lab.emulator.integrations().map(({ external_business_id: id }) => id);
      expect(new Set(created)).toEqual(new Set(ids));
      expect(created).toHaveLength(40);
      expect(await lab.previewExit("--refresh")).toBe(0);
    });

    test("makes a refresh fail without drift, and causes no retry storm", async () => {
      lab.emulator.clearRequests();
      lab.emulator.armFault({ kind: "response", preset: "unavailable-page", times: "all" });
      const exitCode = await lab.previewExit("--refresh");
      expect([0, 7]).not.toContain(exitCode);
      const { requests, writes } = lab.emulator.counters();
      // The provider also lists the account's integrations.
      expect(requests).toBeLessThanOrEqual(40 + 1 + retryBudget);
      expect(writes).toBe(0);
    });
  });

  describe("a write that Pinterest rejects temporarily", () => {
    let lab: Lab;

    beforeAll(async () => {
      lab = await Lab.open({ providerType });
    });

    afterAll(() => lab.close());

    /** The statuses of the writes, in order. */
    const writeStatuses = () =>
      lab.emulator
        .requests()
        .filter(({ method }) => method !== "GET")
        .map(({ method, status }) => `${method} ${status}`);

    test("fails the update immediately if the rate limit resets only after hours, and reports the time", async () => {
      lab.program({ shop: { externalBusinessId: "shop", connectedTagId: "1", additionalId1: "a" } });
      lab.emulator.armFault({ kind: "response", preset: "rate-limit-day", operation: "create" });
      const { output } = await lab.upFails();
      expect(output).toMatch(
        new RegExp(
          `${creating("shop")} failed: ${responded(429, 8)}: .*${pattern(namedRequest("\\d+"))}. .*until \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ \\(18\\.?\\d* h`,
        ),
      );
      expect(writeStatuses()).toEqual(["POST 429"]);
      expect(lab.emulator.integrations()).toEqual([]);
    });

    test("is retried later if it follows another write to the same integration too closely", async () => {
      lab.emulator.setSwitches({ writeSpacing: 700 });
      await lab.up();
      lab.emulator.clearRequests();
      // The change and the clearing are separate requests.
      lab.program({ shop: { externalBusinessId: "shop", connectedTagId: "2", whenRemoved: "clear" } });
      await lab.up();
      expect(writeStatuses()).toEqual(expect.arrayContaining(["PATCH 429"]));
      expect(writeStatuses().filter((each) => each === "PATCH 200")).toHaveLength(2);
      expect(lab.emulator.integration("shop")).toMatchObject({
        connected_tag_id: "2",
        additional_id_1: null,
      });
      expect(await lab.previewExit("--refresh")).toBe(0);
    });
  });

  describe("a rate limit that only Pinterest's responses report", () => {
    let lab: Lab;
    let run: Run;
    let creates: RequestEntry[];

    beforeAll(async () => {
      // Far below the published limit, and below the engine's concurrency.
      const rateLimits = { ads_write: [{ limit: 10, window: 10 }] };
      lab = await Lab.open({ providerType, switches: { rateLimits } });
      declare(lab, shopIds(30));
      run = await lab.up();
      creates = lab.emulator.requests().filter(({ operation }) => operation === "create");
    });

    afterAll(() => lab.close());

    test("applies to all resources together, so no create is rejected", () => {
      expect(lab.emulator.integrations()).toHaveLength(30);
      expect(creates.filter(({ status }) => status === 429)).toEqual([]);
      expect(creates).toHaveLength(30);
    });

    test("is reported, and at most three times for all resources in three windows", () => {
      const notices =
        run.output.match(
          new RegExp(`${rateLimited("Pinterest \\(ads_write, 10 per 10 s\\)")}.* continues? in`, "g"),
        ) ?? [];
      expect(notices.length).toBeGreaterThan(0);
      expect(notices.length).toBeLessThanOrEqual(3);
    });
  });
});
