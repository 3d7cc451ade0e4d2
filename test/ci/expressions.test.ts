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

test("replaces expressions in a string with their values, or with nothing if they are not set", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the syntax of GitHub's expressions.
  expect(interpolate("a ${{ matrix.stack }} of ${{github.repository}}${{ vars.X }}", contexts)).toBe(
    "a prod of shop/infra",
  );
});

test.each(["matrix.stak", "steps.a.outcome", "contains('a', 'b')", "matrix.stack == ", "1 < 2", "(always()"])(
  "rejects %s",
  (expression) => {
    expect(() => evaluate(expression, contexts, functions)).toThrow();
  },
);
