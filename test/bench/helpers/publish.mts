// Publishes the results that it reads, into the directory that its argument names. Vega loads in Node, not in Jest.
import { text } from "node:stream/consumers";
import { publish } from "../../../bench/publish.mts";

const [directory = ""] = process.argv.slice(2);
console.log(JSON.stringify(await publish(JSON.parse(await text(process.stdin)), directory)));
