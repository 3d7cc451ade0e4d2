// The class of the plugin that does nothing, with the same outputs and stack traces as this package's: both take the SDK's time.
"use strict";

const pulumi = require("@pulumi/pulumi");
const { shortenStackTraces } = require("../../../dist/provider/sdk/provider-type.js");
const { fieldNames } = require("../../../dist/provider/api/fields.js");
const { computedNames, uidKey } = require("../../../dist/provider/lifecycle/outputs.js");

const outputs = Object.fromEntries(
  [...fieldNames, "account", ...computedNames, uidKey].map((name) => [name, undefined]),
);

class Base extends pulumi.CustomResource {
  constructor(name, args, opts) {
    const restore = shortenStackTraces(true);
    try {
      super("nothing:index:CommerceIntegration", name, { ...outputs, ...args }, opts);
    } finally {
      restore();
    }
  }
}

// Two constructors, as in this package: above, `true` counts the second one.
exports.CommerceIntegration = class CommerceIntegration extends Base {};
