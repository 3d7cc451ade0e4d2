import { describe, expect, test } from "@jest/globals";
import { expectPrintable, textsFromOutside } from "../../text-from-outside";
import { line, openLogLab } from "./helpers";

// A program can log any string, and Pinterest's errors repeat it. No string may prevent the command from sending other entries.

describe.each(textsFromOutside)("%s", (_name, text) => {
  test("in entries is sent unchanged, or rejected and escaped in the output", async () => {
    const { write, send, recorded, rejected, rejectedLines } = await openLogLab();
    const entries = [
      line(text),
      line("header", { request: { method: "GET", host: "h", path: "/", requestHeaders: { [text]: text } } }),
      line("field", { [text]: text }),
      line("level", { logLevel: text }),
      line("error", { error: { name: text, [text]: 1 } }),
      JSON.stringify(text),
      `{${text}`,
    ].map((entry) => entry.replaceAll("\r", "").replaceAll("\n", ""));
    write([line("first"), ...entries, line("last")]);
    const dryRun = await send("--dry-run");
    expectPrintable(dryRun.terminal.notes());
    const { code, summary, terminal } = await send("--rejected", rejected);
    expectPrintable(terminal.notes());
    expect([code, summary.ended]).toEqual([1, "done"]);
    expect(recorded()).toEqual(expect.arrayContaining(["first", "last"]));
    const rejectedEntries = rejectedLines() as { line: number }[];
    expect(rejectedEntries.map(({ line }) => line)).toEqual(expect.arrayContaining([4, 5, 6, 7, 8]));
    // The message is the second line.
    if (!rejectedEntries.some(({ line }) => line === 2)) expect(recorded()).toContain(text);
    expect(recorded().length + rejectedEntries.length).toBe(9);
  });
});
