// The class of the plugin that does nothing, with the same outputs and stack traces as this package's: both take the SDK's time.
"use strict";

const pulumi = require("@pulumi/pulumi");
const { shortenStackTraces } = require("../../../dist/provider/sdk/short-stack.js");
const { fieldNames } = require("../../../dist/provider/api/fields.js");
const { computedNames, uidKey } = require("../../../dist/provider/lifecycle/outputs.js");

const outputs = Object.fromEntries(
  [...fieldNames, "account", ...computedNames, uidKey].map((name) => [name, undefined]),
);

class Base extends pulumi.CustomResource {
  constructor(name, args, opts) {
    const restore = shortenStackTraces();
    try {
      super("nothing:index:CommerceIntegration", name, { ...outputs, ...args }, opts);
    } finally {
      restore();
    }
  }
}

// Two constructors, as in this package: `shortenStackTraces` counts them.
exports.CommerceIntegration = class CommerceIntegration extends Base {};
