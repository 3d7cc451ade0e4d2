module.exports = require("./late-library.cjs")(() => require("normalize-package-data"));
