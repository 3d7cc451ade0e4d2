// Preloaded into the Node.js processes of engine tests. Pulumi's SDK loads TypeScript and npm's dependency tree at each start, for
// serialising closures, which this package does not have it do: a third of the processor time of an update. Loaded when first used.
const Module = require("node:module");

const late = new Set(["typescript", "@npmcli/arborist"]);
const load = Module._load;

Module._load = (request, parent, isMain) =>
  late.has(request) && /[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "")
    ? lateLibrary(() => load.call(Module, request, parent, isMain))
    : load.call(Module, request, parent, isMain);

function lateLibrary(loadIt) {
  let library;
  const loaded = () => (library ??= loadIt());
  return new Proxy(
    {},
    {
      // TypeScript's way to see whether an import has to be wrapped must not load it.
      get: (_target, key) => (key === "__esModule" ? true : loaded()[key]),
      has: (_target, key) => key in loaded(),
      ownKeys: () => Reflect.ownKeys(loaded()),
      getOwnPropertyDescriptor: (_target, key) => {
        const property = Object.getOwnPropertyDescriptor(loaded(), key);
        return property === undefined ? undefined : { ...property, configurable: true };
      },
    },
  );
}
