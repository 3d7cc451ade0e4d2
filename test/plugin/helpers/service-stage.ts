import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import { type Emulator, startEmulator } from "../../../emulator";
import { PluginService } from "./plugin-service";
import type { Wire } from "./wire";

/** An emulator, and a new plugin for each test. */
export class ServiceStage {
  private startedEmulator: Emulator | undefined;
  private startedService: PluginService | undefined;

  get emulator(): Emulator {
    if (this.startedEmulator === undefined) throw new Error("the stage is not open");
    return this.startedEmulator;
  }

  get service(): PluginService {
    if (this.startedService === undefined) throw new Error("the plugin is not started");
    return this.startedService;
  }

  /** A configuration of the emulator's two accounts: the default account, and one named `named`. */
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
    this.startedEmulator = await startEmulator();
  }

  async begin(): Promise<void> {
    this.emulator.reset();
    this.startedService = await PluginService.start();
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

/** Open a stage for the tests of a file. */
export function serviceStage(): ServiceStage {
  const stage = new ServiceStage();
  beforeAll(() => stage.open());
  beforeEach(() => stage.begin());
  afterEach(() => stage.end());
  afterAll(() => stage.close());
  return stage;
}
