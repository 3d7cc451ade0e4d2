import { descendants, processorMs, readProcess } from "./processes.mts";

/** The script of a provider process, whichever peer's: the SDK's own for dynamic providers, or a plugin's. */
const providerScript = /\/cmd\/dynamic-provider\b|\/pulumi-resource-(pinterest|nothing)$/;

/**
 * How often provider processes are looked at, in milliseconds. Linux keeps each one's peak and sums up its time, so only its last moments
 * may be missed.
 */
const interval = 50;

/** Once there is one, others are searched for each so many looks: that reads of all processes, beside the emulator. */
const looksASearch = 4;

/** What a process had taken when it was last looked at. */
interface Taken {
  readonly peakBytes: number;
  readonly cpuMs: number;
}

/**
 * What was not seen has no figures, and would keep every limit.
 * @throws Error when there was no provider process
 */
export function expectProvider(
  { providerProcesses }: { readonly providerProcesses: number },
  during: string,
): void {
  if (providerProcesses === 0) throw new Error(`No provider process was seen during ${during}`);
}

/** Watches the provider processes of one engine. Linux only: it reads /proc. */
export class ProviderProcesses {
  readonly #engine: number;
  readonly #taken = new Map<number, Taken>();
  readonly #timer: NodeJS.Timeout;
  #looks = 0;

  /** @param engine the engine's process id; its children and theirs are looked at */
  constructor(engine: number) {
    this.#engine = engine;
    this.#timer = setInterval(() => this.#look(), interval);
  }

  /**
   * How many there were until now, the largest resident memory that one of them had, in bytes, and the processor time that they took
   * together.
   */
  get seen(): Taken & { processes: number } {
    const taken = [...this.#taken.values()];
    return {
      processes: taken.length,
      peakBytes: Math.max(0, ...taken.map(({ peakBytes }) => peakBytes)),
      cpuMs: taken.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    };
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const pid of this.#taken.keys()) this.#read(pid);
    if (this.#taken.size === 0 || this.#looks++ % looksASearch === 0) this.#search();
  }

  #search(): void {
    for (const { pid, parent } of descendants(this.#engine)) {
      // A command that a provider starts has the provider's own command line between fork and exec.
      if (this.#taken.has(pid) || this.#taken.has(parent)) continue;
      const [program = "", script = ""] = readProcess(pid, "cmdline")?.split("\0") ?? [];
      if (/(^|\/)node$/.test(program) && providerScript.test(script)) this.#read(pid);
    }
  }

  #read(pid: number): void {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readProcess(pid, "status") ?? "")?.[1];
    const cpuMs = processorMs(pid, "own");
    if (peak !== undefined && cpuMs !== undefined)
      this.#taken.set(pid, { peakBytes: Number(peak) * 1024, cpuMs });
  }
}
