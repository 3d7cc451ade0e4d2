// Numbers on a command line: parsers for commander.
import { InvalidArgumentError } from "commander";
import { distinct } from "./statistics.mts";

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value))
    throw new InvalidArgumentError(
      `${JSON.stringify(text)} is no number; several stand with spaces between.`,
    );
  if (value < 0) throw new InvalidArgumentError(`${JSON.stringify(text)} is below 0.`);
  return value;
}

export function positive(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError("0 is too few: it takes more than that.");
  return value;
}

export function positiveWholeNumber(text: string): number {
  positive(text);
  return wholeNumber(text);
}

export function wholeNumber(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError(`${JSON.stringify(text)} is no whole number.`);
  return value;
}

export function wholeNumbers(text: string, before: number[] = []): number[] {
  return distinct([...before, wholeNumber(text)]);
}

export function sizes(text: string, before: number[] = []): number[] {
  positive(text);
  return wholeNumbers(text, before);
}
