import { describe, didYouMean, shownText } from "../../provider/api/message-text";
import { argumentNames, nearestArguments, problemWithName } from "../../provider/lifecycle/check";
import { computedNames } from "../../provider/lifecycle/outputs";
import { FleetError } from "../fleet-error";

/** The allowed names of columns. */
const allowedNames: readonly string[] = ["name", ...argumentNames];

/** Separators that other programs use instead of commas. */
const otherSeparators: Readonly<Record<string, string>> = { ";": "semicolons", "\t": "tabs", "|": "bars" };

/**
 * Checks the column names in the first line of a CSV list.
 *
 * @throws FleetError if one is not an argument of a merchant, or appears twice. The message shows no name that could be a value, for a list
 * without column names.
 */
export function assertColumns(names: readonly string[]): void {
  const problem = separatorProblem(names) ?? namesProblem(names);
  if (problem !== undefined) throw new FleetError(`line 1 of the merchant list ${problem}`);
}

function separatorProblem([name, ...more]: readonly string[]): string | undefined {
  const [separator] = more.length === 0 ? (/[;\t|]/.exec(name ?? "") ?? []) : [];
  return separator === undefined
    ? undefined
    : `uses ${otherSeparators[separator]} as separators. Save the list with commas, as in name,externalBusinessId`;
}

function namesProblem(names: readonly string[]): string | undefined {
  const hasNames = names.some((name) => allowedNames.includes(name));
  const unknown = names.flatMap((name, index) => problemWithColumn(name, index + 1, hasNames) ?? []);
  const problems = [...unknown, ...doubles(names)];
  return problems.length === 0
    ? undefined
    : `must name the columns, each once, separated by commas: ${problems.join(" ")} Allowed: ${allowedNames.join(", ")}`;
}

function problemWithColumn(name: string, position: number, hasNames: boolean): string | undefined {
  if (allowedNames.includes(name)) return undefined;
  if ((computedNames as readonly string[]).includes(name)) return `${problemWithName(name)}.`;
  // If no name is known, the line can contain values: `shop-1` is similar to `scopes`, but is not a misspelling of it.
  const isName = name !== "" && (hasNames || /^[a-z_ ]+$/i.test(name));
  const nearest = isName ? nearestArguments(name, allowedNames) : [];
  const what =
    isName && (hasNames || nearest.length > 0)
      ? `\`${shownText(name)}\``
      : `column ${position}, ${describe(name)},`;
  return `${what} is not an argument of a merchant${didYouMean(nearest, ".")}`;
}

function doubles(names: readonly string[]): string[] {
  return allowedNames.flatMap((allowed) => {
    const times = names.filter((name) => name === allowed).length;
    return times > 1 ? [`\`${allowed}\` appears ${times} times.`] : [];
  });
}
