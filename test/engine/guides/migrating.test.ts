import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { Guide } from "../helpers/guide";
import { labOfFile } from "../helpers/lab";

const guide = Guide.read("docs/migrating.md");

/** A user's own dynamic provider. */
const ownProvider = `
import * as pulumi from "@pulumi/pulumi";

async function request(method: string, path: string, body?: object) {
  const response = await fetch(\`\${process.env.PINTEREST_API_URL}/integrations/commerce\${path}\`, {
    method,
    headers: { authorization: \`Bearer \${process.env.PINTEREST_ACCESS_TOKEN}\`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(\`Pinterest responded \${response.status}\`);
}

const provider: pulumi.dynamic.ResourceProvider = {
  async create({ shop, tag }) {
    await request("POST", "", { external_business_id: shop, connected_tag_id: tag });
    return { id: shop, outs: { shop, tag } };
  },
  async delete(id) {
    await request("DELETE", \`/\${id}\`);
  },
};

class PinterestShop extends pulumi.dynamic.Resource {
  constructor(name: string, args: { shop: string; tag: string }, options?: pulumi.CustomResourceOptions) {
    super(provider, name, args, options);
  }
}
`;

const declarations = `for (const name of ["north", "south"]) new PinterestShop(name, { shop: \`shop-\${name}\`, tag: "2613187432" });\n`;

const lab = labOfFile({ example: "quickstart" });

beforeAll(async () => {
  write(ownProvider + declarations);
  await lab.up();
  lab.emulator.clearRequests();
});

function write(program: string): void {
  writeFileSync(join(lab.directory, "index.ts"), program);
}

test("replaces the resources of another provider without a write to Pinterest", async () => {
  await guide.next(lab);
  write(ownProvider + guide.program());
  await guide.next(lab);
  const { output: imported } = await guide.next(lab);
  expect(imported).toContain("imported 2 integrations");
  await lab.succeed("stack", "export", "--file", "with-old-resources.json");

  write(`${guide.program()}\n`);
  const { output: preview } = await guide.next(lab);
  expect(preview.match(/dynamic:Resource \w+ delete\[retain\]/g)).toHaveLength(2);
  expect(preview).toMatch(/- 2 to delete\s+3 unchanged/);
  await guide.next(lab);
  expect(Object.keys(await lab.state()).sort()).toEqual(["shop-north", "shop-south"]);
  expect(lab.writes()).toEqual([]);
});

test("goes back to the old provider without a change", async () => {
  await guide.next(lab);
  write(ownProvider + declarations);
  expect(await lab.previewExit()).toBe(0);
  expect(lab.writes()).toEqual([]);
  write('import "./pinterest-integrations";\n');
});

test("replaces them without running the old provider", async () => {
  await lab.succeed("stack", "import", "--file", "with-old-resources.json");
  const [, stack = "", project = ""] = /^urn:pulumi:(.+?)::(.+?)::/.exec(await stackUrn()) ?? [];
  await guide.next(lab, { replace: { "urn:pulumi:prod::shops::": `urn:pulumi:${stack}::${project}::` } });
  const { output } = await lab.up();
  expect(output).not.toContain("delete");
  expect(lab.writes()).toEqual([]);
});

test("runs every command of the guide", () => guide.finish());

async function stackUrn(): Promise<string> {
  return (await lab.resources())[0]?.urn ?? "";
}
