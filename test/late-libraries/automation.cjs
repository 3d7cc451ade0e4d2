module.exports = require("./late-library.cjs")(() => require("@pulumi/pulumi/automation"));
