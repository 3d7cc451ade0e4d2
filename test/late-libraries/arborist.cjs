module.exports = require("./late-library.cjs")(() => require("@npmcli/arborist"));
