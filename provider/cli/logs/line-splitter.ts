/** The longest line that is read, in bytes. What takes so much cannot be an entry, of which a request holds a megabyte. */
export const maxLineBytes = 8 * 1024 * 1024;

/** Where a line begins: its number from 1, and its first byte from 0. */
export interface Position {
  readonly line: number;
  readonly offset: number;
}

/** A line of a file, without its end. */
export interface Line {
  readonly start: Position;
  /** Where the next one begins. */
  readonly next: Position;
  /** Undefined for a line that is too long to be kept. */
  readonly bytes: Buffer | undefined;
}

const lineFeed = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Cuts what is read into lines. Keeps one line at most, whatever the length of the file. */
export class LineSplitter {
  #parts: Buffer[] = [];
  #kept = 0;
  #length = 0;
  #start: Position;

  /** @param start where the first line begins. */
  constructor(start: Position) {
    this.#start = start;
  }

  /** The lines that end in what was read. */
  *push(chunk: Buffer): Generator<Line> {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      yield this.#line(1);
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  /** The last line, where nothing ends it. */
  *end(): Generator<Line> {
    if (this.#length > 0) yield this.#line(0);
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > maxLineBytes) {
      this.#parts = [];
      this.#kept = 0;
    } else {
      this.#parts.push(part);
      this.#kept += part.length;
    }
  }

  #line(terminator: number): Line {
    const start = this.#start;
    const next = { line: start.line + 1, offset: start.offset + this.#length + terminator };
    const bytes = this.#kept === this.#length ? withoutMark(Buffer.concat(this.#parts), start) : undefined;
    this.#parts = [];
    this.#kept = 0;
    this.#length = 0;
    this.#start = next;
    return { start, next, bytes };
  }
}

function withoutMark(bytes: Buffer, { offset }: Position): Buffer {
  return offset === 0 && bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
}
