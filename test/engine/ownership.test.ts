import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Bag } from "../../provider/base/bag";
import { type Round, type Sequence, sequences } from "../model/ownership/commands";
import {
  bagOf,
  type Declaration,
  type Edit,
  edited,
  type Program,
  type ProviderType,
} from "../model/ownership/program";
import { Pinterest } from "../model/pinterest";
import { seed } from "../model/seed";
import { removeEmptyAttributes } from "./helpers/kill-points";
import { Lab, type Run } from "./helpers/lab";
import { ProviderProcesses } from "./helpers/provider-processes";
import { providerTypes } from "./helpers/provider-type";

// Checks the promises of test/model/ownership.test.ts on Pulumi's engine. All sequences share one stack. Each provider has its own process:
// the default provider and an explicit provider, for both provider types.

const worldCount = 30;

/** The component and the providers always exist, so that `--target` can leave them out. */
const programText = `
const pulumi = require("@pulumi/pulumi");
const types = { dynamic: require("pulumi-pinterest"), plugin: require("pulumi-pinterest/native") };
const accessToken = process.env.PINTEREST_ACCESS_TOKEN;
const providers = {};
for (const [type, { Provider }] of Object.entries(types)) providers[type] = new Provider("a", { accessToken });
const component = new pulumi.ComponentResource("lab:index:Shops", "shops");
for (const { name, type, provider, isChild, alias, args, replaceOnChanges } of require("./declarations.json")) {
  new types[type].CommerceIntegration(name, args, {
    provider: provider && providers[type],
    parent: isChild ? component : undefined,
    aliases: alias && [{ ...alias, parent: alias.isChild ? component : pulumi.rootStackResource }],
    replaceOnChanges,
  });
}
`;

/** A program within the stack. Its names and IDs have a prefix. */
class World {
  program: Program = { foreign: undefined, declarations: [] };
  private earlier = this.program;

  constructor(private readonly prefix: string) {}

  edit(edits: Round["edits"]): void {
    const { program } = this;
    for (const edit of edits) this.program = edited(this.program, simplified(edit), this.earlier);
    this.earlier = program;
  }

  chosenName(number: number): string[] {
    const { declarations } = this.program;
    return declarations
      .slice(number % declarations.length)
      .slice(0, 1)
      .map(({ name }) => this.prefix + name);
  }

  declarations() {
    return this.program.declarations.map((declared) => {
      const { name, type, provider, parent, alias, replaceOn } = declared;
      const { providerName: _, ...args } = bagOf(declared);
      return {
        name: this.prefix + name,
        type,
        provider,
        isChild: parent !== undefined,
        alias: alias === undefined ? undefined : this.aliasOf(alias),
        args: { ...args, externalBusinessId: this.prefix + declared.externalBusinessId },
        replaceOnChanges: replaceOn === "connectedTagId" ? [replaceOn] : [],
      };
    });
  }

  private aliasOf(urn: string) {
    const [type = "", name = ""] = urn.split("::").slice(2);
    return {
      type: type.split("$").at(-1),
      name: this.prefix + name,
      isChild: type.includes("Component"),
    };
  }
}

/**
 * Changes an edit so that each `up` can converge: all providers belong to the same Pinterest user, and adopt existing integrations. Also
 * replaces the explicit providers by one for each type, because every provider starts a process in each command, and omits options.
 * test/model/ownership.test.ts has more of them.
 */
function simplified(edit: Edit): Edit {
  switch (edit.do) {
    case "add":
      return { ...edit, declaration: { ...edit.declaration, ...simplifiedOptions(edit.declaration) } };
    case "change":
      return { ...edit, to: { ...edit.to, ...simplifiedOptions(edit.to) } };
    case "move":
      return "provider" in edit.to ? { ...edit, to: simplifiedOptions(edit.to) } : edit;
    default:
      return edit;
  }
}

function simplifiedOptions({ provider, ...others }: Partial<Declaration>): Partial<Declaration> {
  const omitted = { from: undefined, within: undefined, isRead: false, protect: false };
  const present = Object.entries(omitted).filter(([name]) => name in others);
  return {
    ...Object.fromEntries(present),
    ...("adopt" in others ? { adopt: true } : {}),
    ...(provider === undefined ? {} : { provider: "a" }),
  };
}

interface Command {
  readonly options?: readonly string[];
  /** The number of requests after which the engine is killed. */
  readonly killAfter?: number;
}

/** A resource that the program declares. */
interface Declared {
  readonly name: string;
  readonly type: ProviderType;
  readonly args: Bag;
}

class Stack {
  readonly worlds = Array.from({ length: worldCount }, (_, index) => new World(`world-${index}-`));

  private readonly processes: ProviderProcesses;

  constructor(private readonly lab: Lab) {
    this.processes = new ProviderProcesses(lab);
  }

  async run({ options = [], killAfter }: Command = {}): Promise<Run> {
    const { lab } = this;
    const { emulator } = lab;
    const declared = this.worlds.flatMap((world) => world.declarations());
    writeFileSync(join(lab.directory, "index.js"), programText);
    writeFileSync(join(lab.directory, "declarations.json"), JSON.stringify(declared));

    emulator.clearRequests();
    this.processes.clear();
    const command = ["up", "--skip-preview", "--json", "--non-interactive", ...options];
    const { child, ended } = lab.launch("pulumi", ...command);
    const stop = emulator.onRequest(() => {
      if (emulator.requests().length === killAfter) child.kill("SIGKILL");
    });
    const run = await ended;
    const { exitCode } = run;
    stop();
    if (killAfter !== undefined) {
      expect(exitCode).not.toBe(0);
      this.processes.killIdle();
      removeEmptyAttributes(lab);
      await lab.succeed("cancel", "--yes");
    }

    const requests = emulator.requests();
    const deleted = requests
      .filter(({ method }) => method === "DELETE")
      .map(({ external_business_id: id }) => id ?? "");
    const isDeclared = (id: string) => declared.some(({ args }) => args.externalBusinessId === id);
    expect(deleted.filter(isDeclared)).toEqual([]);
    if (exitCode === 0 && !options.includes("--target")) await this.expectDeployed(declared);
    return run;
  }

  async up(): Promise<void> {
    const { exitCode, output } = await this.run();
    if (exitCode !== 0) throw new Error(`pulumi up failed:\n${output}`);
  }

  /** Expects that Pinterest has the program's values, and state exactly the program's resources, with these values. */
  private async expectDeployed(declared: readonly Declared[]): Promise<void> {
    const live = this.lab.emulator
      .integrations()
      .map((one) => [one.external_business_id, one.connected_tag_id] as const);
    expect(new Map(live)).toEqual(
      new Map(declared.map(({ args }) => [args.externalBusinessId, args.connectedTagId])),
    );
    const inState = (await this.lab.resources())
      .filter(({ type }) => type.endsWith(":CommerceIntegration"))
      .map(({ urn, type, id, inputs, outputs }) => [urn.split("::").at(-1), type, id, inputs, outputs]);
    const expected = declared.map(({ name, type, args }) => [
      name,
      providerTypes[type].integrationType,
      args.externalBusinessId,
      expect.objectContaining({ connectedTagId: args.connectedTagId }),
      expect.objectContaining({ connectedTagId: args.connectedTagId }),
    ]);
    expect(inState).toHaveLength(expected.length);
    expect(inState).toEqual(expect.arrayContaining(expected));
  }
}

test(`${worldCount} sequences keep integrations that another resource declares (seed ${seed})`, async () => {
  const lab = await Lab.open({ environment: { PINTEREST_MAX_ATTEMPTS: "1" } });
  try {
    lab.environment.PINTEREST_ACCOUNTS = Pinterest.of(lab.emulator).addNamedAccounts();
    const stack = new Stack(lab);
    const plans = fc.sample(sequences.filter(isTypeScript), { numRuns: worldCount, seed });
    const edit = (number: number) => {
      for (const [index, world] of stack.worlds.entries())
        world.edit(plans[index]?.rounds[number]?.edits ?? []);
    };

    stack.worlds.forEach((world, index) => {
      const declarations = plans[index]?.declarations ?? [];
      world.edit(declarations.map((declaration) => ({ do: "add", declaration, first: false })));
    });
    await stack.up();
    edit(0);
    await stack.run({ killAfter: 30 });
    await stack.up();
    // One command deploys two rounds, which saves an update.
    edit(1);
    edit(2);
    const chosen = stack.worlds.flatMap((world, index) => world.chosenName(index));
    const tainted = chosen.filter((_, index) => index % 3 === 0);
    const urns = (await lab.resources())
      .map(({ urn }) => urn)
      .filter((urn) => tainted.includes(urn.split("::").at(-1) ?? ""));
    await lab.succeed("state", "taint", "--yes", ...urns);
    const targets = chosen.flatMap((name, index) => [
      index % 3 === 2 ? "--target-replace" : "--target",
      `**::${name}`,
    ]);
    await stack.run({ options: targets });
    await stack.up();
    await lab.succeed("destroy", "--skip-preview");
    expect(lab.emulator.integrations()).toEqual([]);
  } finally {
    await lab.close();
  }
});

function isTypeScript({ language }: Sequence): boolean {
  return language === "typescript";
}
