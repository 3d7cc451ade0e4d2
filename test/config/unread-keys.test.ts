import { expect, test } from "@jest/globals";
import { explainMisplaced, misplacedKeys, unreadKeysOfStack } from "../../provider/config/keys";
import { misplacedKey, moveKey } from "../expected/messages";

test("finds names that are not keys, with the most similar key", () => {
  const keys = ["pinterest:accessToken", "pinterest:acessToken", "pinterest:color", "shops:acessToken"];
  expect(unreadKeysOfStack(keys, "shops")).toEqual([
    { name: "acessToken", meant: "accessToken" },
    { name: "color", meant: undefined },
  ]);
});

test("in a project named 'pinterest', finds only misspelled keys", () => {
  expect(unreadKeysOfStack(["pinterest:acessToken", "pinterest:color"], "pinterest")).toEqual([
    { name: "acessToken", meant: "accessToken" },
  ]);
});

test("finds credentials in the project's namespace", () => {
  const keys = ["shops:accessToken", "shops:appId", "other:refreshToken"];
  expect(misplacedKeys(keys, "shops", {})).toEqual(["accessToken"]);
});

test.each([
  ["the stack has credentials", ["pinterest:accounts"], "shops", {}],
  ["the environment has credentials", [], "shops", { PINTEREST_ACCESS_TOKEN: "pina_a" }],
  ["the project has the provider's name", [], "pinterest", {}],
])("ignores the project's keys if %s", (_what, keys, project, environment) => {
  expect(misplacedKeys([`${project}:accessToken`, ...keys], project, environment)).toEqual([]);
});

test("names the commands that move a misplaced key", () => {
  expect(explainMisplaced("accessToken", "shops", " --stack dev")).toEqual({
    problem: misplacedKey("shops", "accessToken"),
    remedy: moveKey("shops", "accessToken", "--secret ", " --stack dev"),
  });
  expect(explainMisplaced("tokenFile", "shops").remedy).toBe(moveKey("shops", "tokenFile", ""));
});
