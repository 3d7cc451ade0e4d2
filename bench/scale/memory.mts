import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes of the JavaScript heap that are in use, with or without garbage. */
export function heapBytes(garbage: "with garbage" | "without garbage"): number {
  if (garbage === "without garbage") collect();
  return getHeapStatistics().used_heap_size;
}
