import type { handleServerStreamingCall } from "@grpc/grpc-js";
import { type ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import { callError } from "./call-error";
import type { Plugin } from "./plugin";
import { decode } from "./property-values";

/** The method that streams what there is of a type. */
export function listed(plugin: Plugin): handleServerStreamingCall<ListRequest, ListResponse> {
  return async (call) => {
    const { request } = call;
    try {
      const found = await plugin.calls.run("", 0, () =>
        plugin.list(request.getToken(), decode(request.getQuery()), request.getLimit()),
      );
      for (const { id, name } of found) {
        const result = new ListResponse.Result();
        result.setId(id);
        result.setName(name);
        const response = new ListResponse();
        response.setResult(result);
        call.write(response);
      }
      call.end();
    } catch (error) {
      call.emit("error", callError(error));
    }
  };
}
