import { expect, test } from "@jest/globals";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { failureOf, keptOf } from "./helpers/call-failure";
import { serviceStage } from "./helpers/service-stage";

const stage = serviceStage();

const inputs = { externalBusinessId: "shop", connectedTagId: "1" };

/** Resolve when the emulator receives a request with this method. */
function requested(method: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = stage.emulator.onRequest((entry) => {
      if (entry.method !== method) return;
      stop();
      resolve();
    });
  });
}

function cancel(): Promise<Empty> {
  return stage.service.call((client, done) => client.cancel(new Empty(), done));
}

test("a cancel aborts a hanging create, which saves the ID of the integration that it may have created", async () => {
  stage.emulator.armFault({ kind: "hang", operation: "create", commit: true });
  const sent = requested("POST");
  const creating = failureOf(stage.service.create(inputs));
  await sent;
  await cancel();
  const failure = await creating;
  expect(failure.details).toContain("canceled while waiting for the response");
  expect(keptOf(failure)).toMatchObject({ id: "shop" });
});

test("a cancel flushes the log", async () => {
  await cancel();
  expect(stage.service.events).toEqual(["flushed"]);
});

test("a cancel aborts calls in progress, but not those of a later engine", async () => {
  await cancel();
  expect(await stage.service.create(inputs)).toMatchObject({ id: "shop" });
});

test("customTimeouts abort a hanging call, and the error names them", async () => {
  stage.emulator.armFault({ kind: "hang", operation: "get" });
  const failure = await failureOf(stage.service.create(inputs, { timeout: 0.02 }));
  expect(failure.details).toContain("the resource's customTimeouts");
  expect(keptOf(failure)).toBeUndefined();
});
