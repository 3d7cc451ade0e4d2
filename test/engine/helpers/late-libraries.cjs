// Preloaded into the Node.js processes of engine tests, which spend most of their CPU time loading modules. At each start, Pulumi's
// SDK loads libraries that these programs and providers do not use: TypeScript and npm's dependency tree (to serialize closures), the
// Automation API, YAML and version parsers. This file loads them at their first use. It replaces modules that are never used:
// OpenTelemetry (which only records traces), translations of Zod's messages, and undici's Fetch API and mocks.
const Module = require("node:module");
const lateLibrary = require("../../late-libraries/late-library.cjs");

const late = new Set([
  "typescript",
  "@npmcli/arborist",
  "normalize-package-data",
  "./automation",
  "semver",
  "js-yaml",
  "ini",
]);
/** Modules whose classes and functions the SDK destructures when it loads them. */
const takenApart = /^@opentelemetry\/(?!api$)/;
/** Reads the SDK's source maps for each resource, to print TypeScript positions. */
const unwanted = "source-map-support/register";
/** Accepts every call and access, and does nothing. */
const nothing = new Proxy(class {}, {
  get: () => nothing,
  apply: () => nothing,
  construct: () => nothing,
  ownKeys: () => [],
});
/** Replaces hooks that attach a debugger to serialize functions, which slows down the loading of each module. */
const debuggerHooks = { isInitializedAsync: () => Promise.resolve() };
const load = Module._load;

Module._load = (request, parent, isMain) => {
  const original = () => load.call(Module, request, parent, isMain);
  const from = parent?.filename ?? "";
  if (request === "../locales/index.cjs" && /[\\/]zod[\\/]v4[\\/]/.test(from)) return {};
  if (/^\.\/lib\/(mock|web)\//.test(request) && /[\\/]undici[\\/]index\.js$/.test(from)) return nothing;
  if (!/[\\/]@pulumi[\\/]pulumi[\\/]/.test(from)) return original();
  if (request === unwanted) return {};
  if (request === "../../runtime/closure/v8Hooks") return debuggerHooks;
  if (request === "@opentelemetry/api" && process.env.TRACEPARENT === undefined) return nothing;
  if (takenApart.test(request)) return lateMembers(original);
  return late.has(request) ? lateLibrary(original) : original();
};

function lateMembers(loadIt) {
  return new Proxy(
    {},
    {
      get: (_target, key) =>
        new Proxy(class {}, {
          apply: (_function, self, args) => Reflect.apply(loadIt()[key], self, args),
          construct: (_class, args) => Reflect.construct(loadIt()[key], args),
        }),
    },
  );
}
