// Preloaded into the Node.js processes of engine tests, which spend most of their CPU time loading modules. At each start, Pulumi's
// SDK loads libraries that these programs and providers do not use: TypeScript and npm's dependency tree (to serialize closures), the
// Automation API, YAML and version parsers. This file delays them to their first use, and replaces OpenTelemetry, which only records traces.
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
/** The SDK takes single classes and functions out of these when it loads them. */
const takenApart = /^@opentelemetry\/(?!api$)/;
/** Reads the SDK's source maps at each resource, for positions in its TypeScript. */
const unwanted = "source-map-support/register";
/** Accepts every call and access, and does nothing. */
const nothing = new Proxy(() => {}, { get: () => nothing, apply: () => nothing });
const load = Module._load;

Module._load = (request, parent, isMain) => {
  const original = () => load.call(Module, request, parent, isMain);
  if (!/[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "")) return original();
  if (request === unwanted) return {};
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
