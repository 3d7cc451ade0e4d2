import { Channel, connectivityState, credentials } from "@grpc/grpc-js";

/**
 * Calls `gone` once when nothing listens any more at the engine's address. A killed engine can't say goodbye, and a host
 * that stays behind would keep the program, and what it does, alive.
 */
export function watchEngine(address: string, gone: () => void): void {
  const channel = new Channel(address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  const look = () => {
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN) {
      channel.close();
      gone();
    } else {
      channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, look);
    }
  };
  look();
}
