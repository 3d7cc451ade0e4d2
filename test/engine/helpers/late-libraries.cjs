// Preloaded into the Node.js processes of engine tests, most of whose processor time is the loading of modules. Pulumi's SDK
// loads at each start what this package does not have it do: TypeScript and npm's dependency tree, for serialising closures; and
// OpenTelemetry, for --tracing. They are loaded when first used.
const Module = require("node:module");
const lateLibrary = require("../../late-libraries/late-library.cjs");

const late = new Set(["typescript", "@npmcli/arborist", "normalize-package-data"]);
/** Libraries of classes and functions that the SDK takes out of them at once. */
const takenApart = /^@opentelemetry\/(?!api$)/;
/** Reads the SDK's source maps at each resource, for positions in its TypeScript. */
const unwanted = "source-map-support/register";
const load = Module._load;

Module._load = (request, parent, isMain) => {
  const original = () => load.call(Module, request, parent, isMain);
  if (!/[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "")) return original();
  if (request === unwanted) return {};
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
