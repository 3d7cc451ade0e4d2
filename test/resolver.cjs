const { join, sep } = require("node:path");

const sdk = join("node_modules", "@pulumi", "pulumi");

/**
 * Libraries that Pulumi's SDK loads to serialize closures and for the Automation API. Most tests do not use them, and loading them takes most
 * of the SDK's loading time in each test file.
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
    // An `import()` in TypeScript names the compiled file (`.js`), but the tests run the sources.
    if (!/^\.{1,2}\/.*\.js$/.test(request)) throw error;
    return options.defaultResolver(request.replace(/\.js$/, ".ts"), options);
  }
};
