const { join, sep } = require("node:path");

const sdk = join("node_modules", "@pulumi", "pulumi");

/**
 * Pulumi's SDK loads these to serialize closures, which no test in Jest's processes does: they take two thirds of the SDK's loading time, in
 * each test file again.
 */
const late = {
  typescript: "typescript.cjs",
  "@npmcli/arborist": "arborist.cjs",
  "normalize-package-data": "normalize-package-data.cjs",
};

module.exports = (request, options) => {
  if (Object.hasOwn(late, request) && `${options.basedir}${sep}`.includes(`${sep}${sdk}${sep}`)) {
    return join(__dirname, "late-libraries", late[request]);
  }
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    // TypeScript names a module that is loaded by `import()` by the file that it compiles to; the tests run the sources.
    if (!/^\.{1,2}\/.*\.js$/.test(request)) throw error;
    return options.defaultResolver(request.replace(/\.js$/, ".ts"), options);
  }
};
