const { join, sep } = require("node:path");

const sdk = join("node_modules", "@pulumi", "pulumi");

/**
 * Libraries that Pulumi's SDK loads, though what the tests use of it does not: to serialize closures, and for the Automation API. They are
 * most of its loading time, in each test file again.
 */
const late = {
  typescript: "typescript.cjs",
  "@npmcli/arborist": "arborist.cjs",
  "normalize-package-data": "normalize-package-data.cjs",
  "./automation": "automation.cjs",
  semver: "semver.cjs",
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
