import { appendFileSync, writeFileSync } from "node:fs";
import { test } from "@jest/globals";
import { Lab } from "./helpers/lab";

const out = "/tmp/w-creds-scratch2.txt";
const log = (title: string, run: { exitCode: number; output: string }) =>
  appendFileSync(out, `\n===== ${title} (exit ${run.exitCode})\n${run.output}\n`);
writeFileSync(out, "");
test.each(["dynamic", "plugin"] as const)(
  "e %s",
  async (providerType) => {
    const lab = await Lab.open({ providerType });
    lab.emulator.addAccount({ name: "c" });
    const old = lab.emulator.token();
    delete lab.environment.PINTEREST_ACCESS_TOKEN;
    const program = (token: string, tag = "1") =>
      lab.program(
        {
          shop: { externalBusinessId: "shop", connectedTagId: tag },
          explicit: {
            args: { externalBusinessId: "explicit", connectedTagId: tag },
            options: "{ provider }",
          },
        },
        `const provider = new pinterest.Provider("south", { accessToken: "${token}" });`,
      );
    const state = async (title: string) => {
      const text = (await lab.succeed("stack", "export", "--show-secrets")).stdout;
      for (const r of JSON.parse(text).deployment.resources)
        if (/providers/.test(r.type))
          appendFileSync(
            out,
            `\n--- ${title} ${r.urn} ${JSON.stringify(r.inputs)} ${JSON.stringify(r.outputs)}`,
          );
    };
    await lab.succeed("config", "set", "--secret", "pinterest:accessToken", old);
    program(lab.emulator.token("c"));
    log(`${providerType} up`, await lab.run("up", "--skip-preview"));
    await state("first");
    const next = "x";
    appendFileSync(out, next);
    await lab.succeed(
      "config",
      "set",
      "--secret",
      "pinterest:accessToken",
      "pina_new_default_0000000000000000",
    );
    program("pina_new_south_000000000000000000");
    log(`${providerType} preview`, await lab.run("preview"));
    log(`${providerType} up rotated`, await lab.run("up", "--skip-preview"));
    await state("rotated");
    program("pina_new_south_000000000000000000", "2");
    log(`${providerType} up changed`, await lab.run("up", "--skip-preview"));
    await state("changed");
    log(`${providerType} refresh`, await lab.run("refresh", "--skip-preview", "--yes"));
    await lab.close();
  },
  300_000,
);
