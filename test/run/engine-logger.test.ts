import { afterEach, expect, test } from "@jest/globals";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import {
  type LogRequest,
  LogSeverity,
  type RequirePulumiVersionRequest,
  RequirePulumiVersionResponse,
} from "@pulumi/pulumi/proto/engine_pb";
import { EngineLogger } from "../../provider/run/engine-logger";
import { Empty, grpc } from "../../provider/run/sdk-libraries";

type Done = (error: object | null, response?: unknown) => void;

let server: InstanceType<typeof grpc.Server>;

afterEach(() => server.forceShutdown());

/** Start an engine whose responses the test controls. @returns a logger that is attached to it. */
async function engine(
  onLog: (message: string, respond: () => void, request: LogRequest) => void,
  isVersion: (range: string) => boolean = () => true,
): Promise<EngineLogger> {
  server = new grpc.Server();
  const unused = () => {};
  server.addService(EngineService, {
    log: ({ request }: { request: LogRequest }, done: Done) =>
      onLog(request.getMessage(), () => done(null, new Empty()), request),
    getRootResource: unused,
    setRootResource: unused,
    startDebugging: unused,
    requirePulumiVersion: ({ request }: { request: RequirePulumiVersionRequest }, done: Done) =>
      isVersion(request.getPulumiVersionRange())
        ? done(null, new RequirePulumiVersionResponse())
        : done({ code: grpc.status.UNKNOWN, details: "too old" }),
  } as never);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const logger = new EngineLogger();
  logger.attach(`127.0.0.1:${port}`);
  return logger;
}

test("sends all messages before a process exits, with their resources and severities", async () => {
  const received: unknown[][] = [];
  const logger = await engine((message, respond, request) => {
    received.push([message, request.getUrn(), request.getSeverity()]);
    respond();
  });
  logger.log("", "first");
  logger.log("urn", "last", { isError: true });
  await logger.flush();
  expect(received.sort()).toEqual([
    ["first", "", LogSeverity.INFO],
    ["last", "urn", LogSeverity.ERROR],
  ]);
});

test("waits only for a limited time for an engine that does not respond", async () => {
  const logger = await engine(() => {});
  logger.log("", "lost");
  await logger.flush(1);
});

test("asks the engine once whether it continues after the failure of an account", async () => {
  const ranges: string[] = [];
  const logger = await engine(
    () => {},
    (range) => ranges.push(range) > 0,
  );
  expect(await logger.continuesAfterFailures()).toBe(true);
  expect(await logger.continuesAfterFailures()).toBe(true);
  expect(ranges).toEqual([">=3.274.0"]);
});

test("does not continue with an older engine, and without an engine", async () => {
  const logger = await engine(
    () => {},
    () => false,
  );
  expect(await logger.continuesAfterFailures()).toBe(false);
  expect(await new EngineLogger().continuesAfterFailures()).toBe(false);
});
