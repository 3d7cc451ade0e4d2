// The targets of this package, and the comparison of the results with them.
import { argumentBytes } from "./project.mts";
import {
  type Command,
  floor,
  type OwnPeer,
  ownPeers,
  type Peer,
  peerLabels,
  type Results,
  type Selection,
  select,
  sizesOf,
  wallRatio,
} from "./results.mts";

export interface Target {
  readonly name: string;
  readonly unit: "times" | "requests" | "bytes" | "milliseconds";
  readonly bound: "at most" | "exactly";
  readonly limit: number;
  /** Known reason for a missed target. */
  readonly cause?: string;
  /** Whether a busy machine can change the value. */
  readonly timed: boolean;
}

export interface Verdict extends Target {
  readonly measured: number;
  readonly met: boolean;
}

/** The part of a state that does not depend on the arguments. Arguments are in state as inputs and as outputs. */
const ownStateBytes = 1_200;

const requestsOfEach: Readonly<Record<Command, number>> = {
  // A create reads the integration first.
  up: 2,
  preview: 0,
  "preview --refresh": 1,
  destroy: 1,
};

const floorRatio: Readonly<Record<OwnPeer, number>> = { dynamic: 1.3, plugin: 1.15 };

const causes: Readonly<Record<OwnPeer, string>> = {
  dynamic:
    "Pulumi's SDK starts a process for dynamic providers, and its state of each resource contains the provider's reference twice",
  plugin: "The provider sends requests, and starts an account command",
};

/** The targets that were measured. */
export function verdicts(results: Results): Verdict[] {
  return [
    ...sizesOf(results).flatMap((integrations) =>
      ownPeers.flatMap((peer) => [
        ...floorVerdicts(results, { peer, integrations }),
        ...countVerdicts(results, { peer, integrations }),
      ]),
    ),
    ...driftVerdicts(results),
    ...judge(
      {
        name: "import of the package after `@pulumi/pulumi`",
        unit: "milliseconds",
        bound: "at most",
        limit: 50,
        timed: true,
      },
      results.importMs,
    ),
  ];
}

type Stack = { readonly peer: OwnPeer; readonly integrations: number };

function floorVerdicts(results: Results, stack: Stack): Verdict[] {
  const ratioTo = (own: Selection, limit: number, cause: string) => {
    const of = { ...stack, ...own };
    const to = { ...of, peer: floor, save: "each step" } as const;
    const once = own.save === "once" ? ", state saved once" : "";
    const name = `wall time of ${nameOf(stack, own.command)}${once}, compared with the plugin that does nothing and default settings`;
    return judge(
      { name, unit: "times", bound: "at most", limit, cause, timed: true },
      wallRatio(results, of, to),
    );
  };
  const ratio = floorRatio[stack.peer];
  return [
    ...(["up", "preview", "destroy"] as const).flatMap((command) =>
      // With fewer integrations, the time is that of starting processes.
      stack.integrations < 100 ? [] : ratioTo({ command, save: "each step" }, ratio, causes[stack.peer]),
    ),
    ...(stack.integrations < 1_000
      ? []
      : [
          ...ratioTo({ command: "up", save: "once" }, 0.15, causes[stack.peer]),
          ...ratioTo({ command: "destroy", save: "once" }, 0.1, causes[stack.peer]),
        ]),
  ];
}

/** Targets that a busy machine does not change. */
function countVerdicts(results: Results, stack: Stack): Verdict[] {
  const measured = select(results, stack);
  const requests = measured.map(({ command, save, requests }) => {
    const limit = requestsOfEach[command] * stack.integrations;
    const name = `requests of ${nameOf(stack, command)}, state saved ${save}`;
    return judge({ name, unit: "requests", bound: "exactly", limit, timed: false }, requests);
  });
  const state = Math.max(...measured.map(({ stateBytes }) => stateBytes));
  const limit = ownStateBytes + 2 * argumentBytes;
  const name = `state of an integration, ${nameOf(stack)}`;
  return [
    ...requests.flat(),
    ...judge({ name, unit: "bytes", bound: "at most", limit, timed: false }, state),
  ];
}

function driftVerdicts({ driftChecks }: Results): Verdict[] {
  return driftChecks.flatMap(({ peer, merchants, requests, wallMs }) => {
    const name = `drift check of ${merchants.toLocaleString("en-US")} merchants, ${peerLabels[peer]}`;
    return [
      ...judge(
        { name: `requests of a ${name}`, unit: "requests", bound: "exactly", limit: merchants, timed: false },
        requests,
      ),
      ...judge(
        {
          name: `wall time of a ${name}`,
          unit: "milliseconds",
          bound: "at most",
          limit: 60_000,
          timed: true,
        },
        wallMs,
      ),
    ];
  });
}

function nameOf({ peer, integrations }: Stack, command?: Command): string {
  const size = `${integrations.toLocaleString("en-US")} integrations, ${peerLabels[peer]}`;
  return command === undefined ? size : `\`${command}\` of ${size}`;
}

function judge(target: Target, measured: number | undefined): Verdict[] {
  if (measured === undefined) return [];
  const { bound, limit } = target;
  return [{ ...target, measured, met: bound === "exactly" ? measured === limit : measured <= limit }];
}

/** A quick run fails if its commands take more processor time than this multiple of that of the plugin that does nothing. */
const quickCpuRatio: Readonly<Record<OwnPeer, number>> = { dynamic: 2.5, plugin: 1.75 };

/** The reasons for which a quick run fails. Wall time is not one of them: a busy machine changes it most. */
export function quickFailures(results: Results): string[] {
  const counts = verdicts(results)
    .filter(({ met, timed }) => !met && !timed)
    .map(({ name, measured, bound, limit }) => `${name}: ${measured}, target ${bound} ${limit}`);
  const cpuMs = (peer: Peer) => select(results, { peer }).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const times = ownPeers.flatMap((peer) => {
    const ratio = cpuMs(peer) / cpuMs(floor);
    const limit = quickCpuRatio[peer];
    if (ratio <= limit) return [];
    const name = `processor time of all commands, ${peerLabels[peer]}, compared with the plugin that does nothing`;
    return [`${name}: ${ratio.toFixed(2)}, target at most ${limit}`];
  });
  return [...counts, ...times];
}
