/**
 * The rooms of the product, from the lowest to the highest. A room is a directory, or a group of files. It may import the rooms before it, and none
 * after it. `without` names npm packages that it must not import. docs/architecture.md describes the rooms.
 */
const rooms = [
  { path: "provider/base/", without: ["@pulumi/"] },
  { path: "provider/api/", without: ["@pulumi/"] },
  { path: "provider/config/" },
  { path: "provider/run/" },
  { path: "provider/lifecycle/" },
  { path: "provider/dynamic/" },
  { path: "provider/plugin/" },
  { path: "provider/sdk/" },
  { path: "provider/index" },
  { path: "stack/" },
  { path: "fleet/(fleet-error|outcome|outage)" },
  { path: "fleet/merchants/" },
  { path: "fleet/store/" },
  { path: "fleet/plan/" },
  { path: "fleet/shard/" },
  { path: "fleet/worker/" },
  { path: "fleet/index" },
  { path: "cli/" },
];

const anyOf = (paths) => `^(${paths.join("|")})`;

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...rooms.slice(0, -1).map(({ path }, index) => ({
      name: `${path} imports what builds on it`,
      severity: "error",
      from: { path: anyOf([path]) },
      to: { path: anyOf(rooms.slice(index + 1).map((room) => room.path)) },
    })),
    ...rooms
      .filter(({ without }) => without !== undefined)
      .map(({ path, without }) => ({
        name: `${path} imports a package that it must not know`,
        severity: "error",
        from: { path: anyOf([path]) },
        to: { path: without.map((name) => `node_modules/${name}`) },
      })),
    {
      name: "a module is outside the rooms",
      severity: "error",
      from: {
        path: "^(provider|stack|fleet|cli|emulator)/",
        pathNot: anyOf([...rooms.map(({ path }) => path), "emulator/"]),
      },
      to: {},
    },
    {
      name: "provider/api/ is used through its index",
      severity: "error",
      from: { path: "^(provider/(?!api/)|stack/|fleet/|cli/)" },
      to: { path: "^provider/api/(?!index)" },
    },
    {
      name: "only cli/ starts the emulator",
      severity: "error",
      from: { path: "^(provider|stack|fleet)/" },
      to: { path: "^emulator/" },
    },
    {
      name: "emulator/ imports nothing of the rest",
      severity: "error",
      from: { path: "^emulator/" },
      to: { path: "^(provider|stack|fleet|cli)/" },
    },
    { name: "a cycle", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    // Includes imports of types, which compilation removes.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
