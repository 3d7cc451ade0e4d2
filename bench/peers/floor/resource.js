// The class that a program sees of both floors. Traces are as short as the product's, and state has what Pinterest answers:
// otherwise the product could keep less than what does nothing, or more for no reason of its own.
"use strict";

const pulumi = require("@pulumi/pulumi");
const { shortenStackTraces } = require("../../../dist/provider/resources/short-stack.js");
const answered = require("./answered.json");

/** Registered without a value, so that each becomes an output. */
const outputs = Object.fromEntries(Object.keys(answered).map((name) => [name, undefined]));

function classOf(type, properties = {}) {
  class Base extends pulumi.CustomResource {
    constructor(name, args, opts) {
      const restore = shortenStackTraces();
      try {
        super(type, name, { ...outputs, ...args, ...properties }, opts);
      } finally {
        restore();
      }
    }
  }
  // Two constructors, as the product has: by their number its traces are shortened.
  return class CommerceIntegration extends Base {};
}

module.exports = { classOf };
