// What a program sees of the floor of dynamic providers. Its code in state is as short as it can be: where the rest of it is.
"use strict";

const { classOf } = require("../floor/resource.js");

const provider = 'exports.handler=()=>require("nothing-dynamic/provider.js")';

module.exports = {
  CommerceIntegration: classOf("pulumi-nodejs:dynamic/nothing:CommerceIntegration", {
    __provider: provider,
  }),
};
