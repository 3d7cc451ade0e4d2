// The class that a program sees of both floors, as a package for the same resource would have it: all its properties are outputs, each of
// which takes the SDK some time. Stack traces are as short as the product's: otherwise it could keep less than what does nothing.
"use strict";

const pulumi = require("@pulumi/pulumi");
const { shortenStackTraces } = require("../../../dist/provider/sdk/short-stack.js");
const { fieldNames } = require("../../../dist/provider/api/fields.js");
const { computedNames, uidKey } = require("../../../dist/provider/lifecycle/outputs.js");

const outputProperties = Object.fromEntries(
  [...fieldNames, "account", ...computedNames, uidKey].map((name) => [name, undefined]),
);

function classOf(type, properties = {}) {
  class Base extends pulumi.CustomResource {
    constructor(name, args, opts) {
      const restore = shortenStackTraces();
      try {
        super(type, name, { ...outputProperties, ...args, ...properties }, opts);
      } finally {
        restore();
      }
    }
  }
  // Two constructors, as the product has: by their number its traces are shortened.
  return class CommerceIntegration extends Base {};
}

module.exports = { classOf };
