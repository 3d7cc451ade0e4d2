import { expect, test } from "@jest/globals";
import { explainMisplaced, misplacedKeys, unreadKeysOfStack } from "../../provider/config/keys";

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
    problem: "`shops:accessToken` is set; did you mean `pinterest:accessToken`?",
    remedy:
      "Run `pulumi config set --secret pinterest:accessToken --stack dev` and `pulumi config rm shops:accessToken --stack dev`",
  });
  expect(explainMisplaced("tokenFile", "shops").remedy).toBe(
    "Run `pulumi config set pinterest:tokenFile` and `pulumi config rm shops:tokenFile`",
  );
});
