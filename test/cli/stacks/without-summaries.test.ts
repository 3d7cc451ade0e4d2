import { expect, test } from "@jest/globals";
import { LocalWorkspace, type PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import { withoutSummaries } from "../../../cli/stacks/without-summaries";
import { temporaryDirectory } from "../../temporary-directory";

test("updates start the engine once", async () => {
  const commands: string[] = [];
  const pulumiCommand = {
    command: "pulumi",
    version: null,
    run: async ([command]: string[]) => {
      commands.push(command as string);
      return { stdout: "", stderr: "", code: 0 };
    },
  };
  const workspace = await LocalWorkspace.create({
    workDir: temporaryDirectory(),
    pulumiCommand: pulumiCommand as unknown as PulumiCommand,
  });
  const stack = withoutSummaries(await Stack.select("test", workspace));
  commands.length = 0;
  await stack.up();
  await stack.destroy();
  expect(commands).toEqual(["up", "destroy"]);
});
