// How many times the floor each command takes.
import { isFloor, type Results, workloads } from "../results.mts";
import { largestCommonCount, peersIn, plain, ratioToFloor } from "../select.mts";
import { integrations, times } from "../text.mts";
import { type ChartSpec, peerColours } from "./chart.mts";

export function ratiosChart(results: Results): ChartSpec | undefined {
  const compared = peersIn(results, plain).filter((peer) => !isFloor(peer));
  const count = largestCommonCount(results, [...compared, "nothing"], plain);
  if (compared.length === 0 || count === undefined) return undefined;
  const values = compared.flatMap((peer) =>
    workloads.map((command) => {
      const ratio = ratioToFloor(results, { peer, count, ...plain }, command) ?? 0;
      // The axis says what of: bars are narrower than a label with its sign.
      return { peer, command, ratio, label: times(ratio).replace("×", "") };
    }),
  );
  const said = compared.map((peer) => {
    const each = values.filter((value) => value.peer === peer);
    return `${peer} ${each.map(({ command, ratio }) => `${command} ${times(ratio)}`).join(", ")}`;
  });
  const x = {
    field: "command",
    type: "nominal",
    sort: [...workloads],
    title: null,
    scale: { paddingInner: 0.08 },
    axis: { labelAngle: 0, grid: false },
  } as const;
  const xOffset = { field: "peer", type: "nominal", sort: [...compared] } as const;
  const y = {
    field: "ratio",
    type: "quantitative",
    title: "times the floor",
    axis: { tickCount: 5 },
  } as const;
  return {
    file: "ratios.svg",
    alt: `Wall times of ${integrations(count)} of one account over those of a plugin that does nothing: ${said.join("; ")}.`,
    spec: {
      title: {
        text: "Wall time over that of a plugin that does nothing",
        subtitle: `${integrations(count)} of one account`,
      },
      data: { values },
      width: 730,
      height: 230,
      layer: [
        {
          mark: { type: "bar" },
          encoding: {
            x,
            xOffset,
            y,
            color: {
              field: "peer",
              type: "nominal",
              scale: peerColours(compared),
              legend: { title: null, orient: "bottom" },
            },
          },
        },
        {
          mark: { type: "text", dy: -7, fontSize: 11 },
          encoding: { x, xOffset, y, text: { field: "label", type: "nominal" } },
        },
        { data: { values: [{}] }, mark: { type: "rule", strokeDash: [5, 4] }, encoding: { y: { datum: 1 } } },
      ],
    },
  };
}
