import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

const commands = ["up", "preview", "refresh", "destroy"] as const;

const options = {
  refresh: { type: "boolean", default: false },
  "continue-on-error": { type: "boolean", default: false },
  "expect-no-changes": { type: "boolean", default: false },
  "skip-preview": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  "preview-only": { type: "boolean", default: false },
  "run-program": { type: "boolean", default: false },
  parallel: { type: "string" },
  target: { type: "string", multiple: true },
  exclude: { type: "string", multiple: true },
  "target-replace": { type: "string", multiple: true, default: [] },
} as const satisfies ParseArgsOptionsConfig;

/** Parses the options of a command. @throws Error with `unsupported` if the in-process engine lacks the command or an option */
export function commandOptions(command: string, args: string[]) {
  if (!isCommand(command)) throw unsupported(`the command ${command}`);
  const values = parse(args);
  const { refresh, exclude, parallel } = values;
  const runProgram = values["run-program"];
  if (runProgram && command === "refresh") throw unsupported("refresh --run-program");
  // `--target-replace` targets the resources that it replaces (cmd/pulumi/operations/up.go).
  const targets = [...(values.target ?? []), ...values["target-replace"]];
  return {
    ...{ command, refresh, runProgram },
    preview: command === "preview" || values["preview-only"],
    continueOnError: values["continue-on-error"],
    expectsNoChanges: values["expect-no-changes"],
    replaced: values["target-replace"],
    ...(parallel === undefined ? {} : { parallel: Number(parallel) }),
    ...(targets.length === 0 ? {} : { targets }),
    ...(exclude === undefined ? {} : { excludes: exclude }),
  };
}

function isCommand(command: string): command is (typeof commands)[number] {
  return commands.some((each) => each === command);
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw unsupported((error as Error).message);
  }
}

function unsupported(what: string): Error {
  return new Error(`unsupported: ${what}; test it on the real engine`);
}
