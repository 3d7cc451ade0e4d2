// The same provider, written by who has looked into the state: what is serialized there is only where the code is.
"use strict";

const pulumi = require("@pulumi/pulumi");

const provider = {
  diff: (...args) => require("straightforward/pinterest.js").provider.diff(...args),
  create: (...args) => require("straightforward/pinterest.js").provider.create(...args),
  read: (...args) => require("straightforward/pinterest.js").provider.read(...args),
  update: (...args) => require("straightforward/pinterest.js").provider.update(...args),
  delete: (...args) => require("straightforward/pinterest.js").provider.delete(...args),
};

class CommerceIntegration extends pulumi.dynamic.Resource {
  constructor(name, args, opts) {
    super(provider, name, args, opts);
  }
}

module.exports = { CommerceIntegration };
