import { expect, test } from "@jest/globals";
import { Interrupt } from "../../../provider/cli/logs/interrupt";
import { beginning } from "../../../provider/cli/logs/journal";
import { Sender } from "../../../provider/cli/logs/sender";
import { lines } from "./helpers";

test("no more is read ahead than goes in one request and a piece of the file", async () => {
  const piece = 100;
  const total = 20_000;
  let read = 0;
  let sent = 0;
  let ahead = 0;
  async function* file(): AsyncGenerator<Buffer> {
    while (read < total) {
      yield Buffer.from(
        lines(piece, read + 1)
          .map((text) => `${text}\n`)
          .join(""),
      );
      read += piece;
      ahead = Math.max(ahead, read - sent);
    }
  }
  const sender = new Sender({
    from: beginning,
    unknown: "stop",
    interrupt: new Interrupt(),
    report: async (entries) => {
      sent += entries.length;
      return { accepted: entries.map((_, index) => index), rejected: [], unknown: [] };
    },
    keep: () => {},
    reject: () => {},
    onUnknown: () => {},
    onProgress: () => {},
  });
  expect(await sender.run(file())).toEqual({ kind: "done" });
  expect(sender.counts).toEqual({ sent: total, rejected: 0, unknown: 0 });
  expect(ahead).toBeLessThanOrEqual(250 + piece);
});
