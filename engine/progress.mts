/** Milliseconds between two lines about the same phase where lines can't be rewritten. */
const lineInterval = 15_000;

/** Tells a waiting person what is being done. */
export interface Progress {
  /** A new phase begins; always shown. */
  phase(text: string): void;
  /** The same phase has got further; shown at a rate that a person can follow. */
  update(text: string): void;
  /** Nothing more will come: leaves the cursor on a fresh line. */
  end(): void;
}

/** Shows every phase, and updates at most every 15 seconds, as lines. */
export function lineProgress(log: (line: string) => void, now: () => number = Date.now): Progress {
  let last = now();
  const show = (text: string) => {
    last = now();
    log(text);
  };
  return {
    phase: show,
    update(text) {
      if (now() - last >= lineInterval) show(text);
    },
    end() {},
  };
}

/** Shows each phase as one line of the terminal, rewritten as it gets further. */
export function terminalProgress(terminal: NodeJS.WriteStream): Progress {
  let open = false;
  const rewrite = (text: string) => {
    terminal.write(`\r\u001b[K${text.slice(0, Math.max(1, (terminal.columns ?? 80) - 1))}`);
    open = true;
  };
  const end = () => {
    if (open) terminal.write("\n");
    open = false;
  };
  return {
    phase(text) {
      end();
      rewrite(text);
    },
    update: rewrite,
    end,
  };
}

/** Progress on standard error: rewritten in place on a terminal, a line now and then elsewhere. */
export function standardProgress(): Progress {
  return process.stderr.isTTY
    ? terminalProgress(process.stderr)
    : lineProgress((line) => console.error(line));
}
