import { descendants, readProcess } from "./processes.mts";

/** The script of a provider process, whichever peer's: the SDK's own for dynamic providers, or a plugin's. */
const providerScript = /\/cmd\/dynamic-provider\b|\/pulumi-resource-(pinterest|nothing)$/;

/** How often processes are looked at, in milliseconds. Linux keeps each one's peak, so only its last moments may be missed. */
const interval = 50;

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
export class ProviderMemory {
  readonly #engine: number;
  readonly #peaks = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;

  /** @param engine the engine's process id; its children and theirs are looked at */
  constructor(engine: number) {
    this.#engine = engine;
    this.#timer = setInterval(() => this.#look(), interval);
  }

  /** How many provider processes there were until now, and the largest resident memory that one of them had, in bytes. */
  get seen(): { processes: number; peakBytes: number } {
    return { processes: this.#peaks.size, peakBytes: Math.max(0, ...this.#peaks.values()) };
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const { pid, parent } of descendants(this.#engine)) {
      // A command that a provider starts has the provider's own command line between fork and exec.
      if (this.#peaks.has(parent)) continue;
      const [program = "", script = ""] = readProcess(pid, "cmdline")?.split("\0") ?? [];
      if (!/(^|\/)node$/.test(program) || !providerScript.test(script)) continue;
      const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readProcess(pid, "status") ?? "")?.[1];
      if (peak !== undefined) this.#peaks.set(pid, Number(peak) * 1024);
    }
  }
}
