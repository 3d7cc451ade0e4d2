import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import { type Emulator, startEmulator } from "../../../emulator";
import { PluginService } from "./plugin-service";
import type { Wire } from "./wire";

/** An emulator, and for each test a plugin that serves on it. */
export class ServiceStage {
  #emulator: Emulator | undefined;
  #service: PluginService | undefined;

  get emulator(): Emulator {
    if (this.#emulator === undefined) throw new Error("the stage is not open");
    return this.#emulator;
  }

  get service(): PluginService {
    if (this.#service === undefined) throw new Error("nothing serves");
    return this.#service;
  }

  /** The configuration of the emulator's two accounts: its first is the default one, and its second is called named. */
  configuration(): Wire {
    return {
      apiUrl: this.emulator.url,
      accessToken: this.emulator.token("shop-1"),
      accounts: JSON.stringify({ named: this.emulator.token("shop-2") }),
      consistencyTimeout: "0.001",
      maxAttempts: "1",
    };
  }

  async open(): Promise<void> {
    this.#emulator = await startEmulator();
  }

  async begin(): Promise<void> {
    this.emulator.reset();
    await this.start();
  }

  /** Goes on in another process, as another update does. */
  async anotherProcess(): Promise<void> {
    this.end();
    await this.start();
  }

  private async start(): Promise<void> {
    this.#service = await PluginService.start();
    await this.service.configure(this.configuration());
  }

  end(): void {
    this.service.stop();
  }

  close(): Promise<void> {
    return this.emulator.stop();
  }

  /** The requests so far, as "PATCH shop". */
  requests(): string[] {
    return this.emulator
      .requests()
      .map(({ method, external_business_id: id }) => `${method} ${id ?? ""}`.trim());
  }
}

/** The stage of a file's tests: its plugin is configured anew for each. */
export function serviceStage(): ServiceStage {
  const stage = new ServiceStage();
  beforeAll(() => stage.open());
  beforeEach(() => stage.begin());
  afterEach(() => stage.end());
  afterAll(() => stage.close());
  return stage;
}
