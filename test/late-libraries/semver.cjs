module.exports = require("./late-library.cjs")(() => require("semver"));
