// Generates the SDKs for all languages from schema.json into `sdk/`, or the directory that is the argument.
import { resolve } from "node:path";
import { generateSdks } from "./sdks/generate.mts";

await generateSdks(resolve(process.argv[2] ?? "sdk"));
