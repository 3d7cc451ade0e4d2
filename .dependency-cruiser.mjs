/**
 * The directories of the product, from the lowest: each may import those above it in this list, and none below it. `only` limits what it may
 * import of the repository; `packages` what it may import of npm.
 */
const directories = [
  { path: "provider/base", packages: ["undici"] },
  { path: "provider/api" },
  { path: "provider/config" },
  { path: "provider/run" },
  { path: "provider/lifecycle" },
  { path: "provider/dynamic" },
  { path: "provider/plugin" },
  { path: "provider/sdk" },
  { path: "provider/index" },
  { path: "stack" },
  { path: "fleet" },
  { path: "cli" },
];
const all = directories.map(({ path }) => path);

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...directories.map(({ path }, index) => ({
      name: `${path}-imports-what-builds-on-it`,
      severity: "error",
      from: { path: `^${path}[./]` },
      to: { path: `^(${all.slice(index + 1).join("|")})[./]` },
    })),
    {
      name: "no-cycle",
      severity: "error",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
