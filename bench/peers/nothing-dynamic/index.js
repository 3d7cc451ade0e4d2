// What a program sees of the floor of dynamic providers. Its code in state is as short as it can be: a path.
"use strict";

const { join } = require("node:path");
const pulumi = require("@pulumi/pulumi");

const provider = `exports.handler=()=>require(${JSON.stringify(join(__dirname, "nothing-dynamic-provider.js"))})`;

const outputs = {
  integrationId: undefined,
  connectedUserId: undefined,
  createdTimestamp: undefined,
  updatedTimestamp: undefined,
};

class CommerceIntegration extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super(
      "pulumi-nodejs:dynamic/nothing:CommerceIntegration",
      name,
      { ...outputs, ...args, __provider: provider },
      opts,
    );
  }
}

module.exports = { CommerceIntegration };
