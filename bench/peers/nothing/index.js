// What a program sees of the floor: a resource as the SDK of any generated package has it.
"use strict";

const pulumi = require("@pulumi/pulumi");

class CommerceIntegration extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super("nothing:index:CommerceIntegration", name, args, opts);
  }
}

module.exports = { CommerceIntegration };
