"use strict";

const pulumi = require("@pulumi/pulumi");
const provider = require("./provider.js");

class CommerceIntegration extends pulumi.dynamic.Resource {
  constructor(name, args, opts) {
    super(provider, name, args, opts);
  }
}

module.exports = { CommerceIntegration };
