/** A library that is loaded at the first use of one of its members. */
module.exports = function lateLibrary(load) {
  let library;
  const loaded = () => (library ??= load());
  return new Proxy(
    {},
    {
      get: (_target, key) => {
        // Compiled imports read this first, which must not load the library.
        if (key === "__esModule") return true;
        return key === "default" ? (loaded().default ?? loaded()) : loaded()[key];
      },
      has: (_target, key) => key in loaded(),
      ownKeys: () => Reflect.ownKeys(loaded()),
      getOwnPropertyDescriptor: (_target, key) => {
        const property = Object.getOwnPropertyDescriptor(loaded(), key);
        return property === undefined ? undefined : { ...property, configurable: true };
      },
    },
  );
};
