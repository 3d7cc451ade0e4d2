import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import Ajv2020 from "ajv/dist/2020";
import { parse, stringify } from "yaml";
import { engineEnvironment, repository } from "../helpers/engine";

const plugin = join(repository, "pulumi-resource-pinterest");
const examples = join(repository, "scripts/schema/examples");
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "pulumi-pinterest-schema-"));
  mkdirSync(join(directory, "backend"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function pulumi(args: string[], cwd = directory) {
  const environment = {
    ...engineEnvironment(join(directory, "backend")),
    PINTEREST_ACCESS_TOKEN: "pina_test",
  };
  const { status, stdout, stderr } = spawnSync("pulumi", args, { cwd, encoding: "utf8", env: environment });
  return { status, stdout, stderr };
}

test("the engine gets the schema from the plugin, with the package's version", () => {
  const { status, stdout, stderr } = pulumi(["package", "get-schema", plugin]);

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  expect(JSON.parse(stdout)).toEqual({
    ...JSON.parse(readFileSync(join(repository, "dist/provider/plugin/schema.json"), "utf8")),
    version,
  });
});

test("the engine has nothing against the schema", () => {
  expect(pulumi(["schema", "check", plugin])).toEqual({ status: 0, stdout: "", stderr: "" });
});

describe("programs in YAML", () => {
  const files = readdirSync(examples, { recursive: true })
    .map(String)
    .filter((file) => /^(CommerceIntegration|IntegrationLog|Provider)\/.*\.yaml$/.test(file));

  test.each(files)("the example %s previews", (file) => {
    const project = program(parse(readFileSync(join(examples, file), "utf8")));

    expect(preview(project)).toMatchObject({ status: 0 });
  });

  test("a value that is none of the choices is refused before anything else", () => {
    const properties = { externalBusinessId: "shop", whenRemoved: "forget" };
    const project = program({ resources: { shop: { type: "pinterest:CommerceIntegration", properties } } });

    const { status, stdout, stderr } = preview(project);

    expect(status).not.toBe(0);
    expect(stdout + stderr).toMatch(/Allowed values are "clear", "release"/);
  });

  test("an explicit provider takes what is nested as such, and as text", () => {
    const shop = {
      type: "pinterest:CommerceIntegration",
      properties: { externalBusinessId: "shop", account: "north" },
      options: { provider: `\${own}` },
    };
    const own = (properties: object) => ({ type: "pulumi:providers:pinterest", properties });
    for (const properties of [
      { accounts: { north: "pina_1" }, accountCommand: ["vault", "--json"] },
      { accounts: '{"north":"pina_1"}', accountCommand: "vault --json" },
    ]) {
      const project = program({ resources: { own: own(properties), shop } });
      expect(preview(project)).toMatchObject({ status: 0 });
    }
  });

  let projects = 0;

  /** A project of its own for a program. */
  function program(text: { config?: Record<string, object>; [part: string]: unknown }): string {
    const project = join(directory, `project-${projects++}`);
    mkdirSync(project);
    const head = {
      name: `schema-${projects}`,
      runtime: "yaml",
      plugins: { providers: [{ name: "pinterest", path: repository }] },
    };
    writeFileSync(join(project, "Pulumi.yaml"), stringify({ ...head, ...text }));
    expect(pulumi(["stack", "init", "dev"], project)).toMatchObject({ status: 0 });
    for (const key of Object.keys(text.config ?? {})) {
      expect(pulumi(["config", "set", "--secret", key, "pina_configured"], project)).toMatchObject({
        status: 0,
      });
    }
    return project;
  }

  function preview(project: string) {
    return pulumi(["preview", "--non-interactive"], project);
  }
});

describe("Pulumi's own description of schemas", () => {
  const found = metaschema();

  (found === undefined ? test.skip : test)(
    found === undefined
      ? "is not on this machine: it comes with the engine's Go modules"
      : "holds of the schema",
    () => {
      const { $schema: _, ...description } = JSON.parse(readFileSync(found as string, "utf8"));
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(description);

      validate(JSON.parse(pulumi(["package", "get-schema", plugin]).stdout));

      expect(validate.errors ?? []).toEqual([]);
    },
  );
});

/** Where the engine's Go modules have it, if they are here. */
function metaschema(): string | undefined {
  try {
    const module = ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/pkg/v3"];
    const folder = execFileSync("go", module, {
      cwd: join(repository, "engine"),
      encoding: "utf8",
      env: { ...process.env, GOFLAGS: "-mod=readonly", GOPROXY: "off" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    return folder === "" ? undefined : join(folder, "codegen/schema/pulumi.json");
  } catch {
    return undefined;
  }
}
