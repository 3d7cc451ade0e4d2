module.exports = require("./late-library.cjs")(() => require("typescript"));
