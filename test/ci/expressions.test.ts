import { expect, test } from "@jest/globals";
import { evaluate, interpolate } from "./helpers/expressions";

const contexts = {
  github: { event: { number: 12 }, repository: "shop/infra" },
  matrix: { stack: "prod" },
  secrets: { token: "s" },
  vars: {},
};
const functions = { always: () => true, fromJSON: (text: unknown) => JSON.parse(String(text)) };

test.each([
  ["matrix.stack", "prod"],
  ["github.event.number", 12],
  ["secrets.token", "s"],
  ["secrets.other", undefined],
  ["'it''s'", "it's"],
  ["!always()", false],
  ["!always() || matrix.stack == 'prod'", true],
  ["always() && matrix.stack != 'prod'", false],
  ["!(matrix.stack == 'prod')", false],
  ['fromJSON(vars.STACKS || \'["a", "b"]\')', ["a", "b"]],
])("%s", (expression, value) => {
  expect(evaluate(expression, contexts, functions)).toEqual(value);
});

test("a text takes its expressions' values, and nothing for what is not set", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub writes expressions so.
  expect(interpolate("a ${{ matrix.stack }} of ${{github.repository}}${{ vars.X }}", contexts)).toBe(
    "a prod of shop/infra",
  );
});

test.each(["matrix.stak", "steps.a.outcome", "contains('a', 'b')", "matrix.stack == ", "1 < 2", "(always()"])(
  "%s is refused",
  (expression) => {
    expect(() => evaluate(expression, contexts, functions)).toThrow();
  },
);
