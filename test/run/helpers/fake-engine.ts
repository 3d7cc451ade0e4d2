import { createServer, type Server, type Socket } from "node:net";

/** A server that acts as an engine and sends nothing. */
export class FakeEngine {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(onConnection: (socket: Socket, number: number) => void) {
    let count = 0;
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on("error", () => {});
      count += 1;
      onConnection(socket, count);
    });
  }

  /** @param onConnection receives each connection and its number, from 1. */
  static async start(onConnection: (socket: Socket, number: number) => void = () => {}): Promise<FakeEngine> {
    const engine = new FakeEngine(onConnection);
    await new Promise<void>((resolve) => engine.server.listen(0, "127.0.0.1", resolve));
    return engine;
  }

  get address(): string {
    const at = this.server.address();
    return `127.0.0.1:${typeof at === "object" && at !== null ? at.port : 0}`;
  }

  /** Stop listening, and close all connections. Can be called again. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }
}
