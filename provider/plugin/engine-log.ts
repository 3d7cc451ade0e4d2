import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { grpc } from "./sdk-libraries";

/** Tells the person at the terminal something, beside the resource that it is about. */
export type EngineLog = (severity: "info" | "warning", urn: string, message: string) => void;

/** Speaks through an engine. A message that does not arrive is lost, and fails nothing. */
export function engineLog(address: string): EngineLog {
  const client = new EngineClient(address, grpc.credentials.createInsecure());
  return (severity, urn, message) => {
    const request = new LogRequest();
    request.setSeverity(severity === "info" ? LogSeverity.INFO : LogSeverity.WARNING);
    request.setUrn(urn);
    request.setMessage(message);
    client.log(request, () => {});
  };
}
