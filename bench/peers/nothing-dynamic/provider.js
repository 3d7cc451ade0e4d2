// The floor of dynamic providers: takes everything as it is given, asks nobody, and answers with as much as Pinterest does.
"use strict";

const answered = require("../floor/answered.json");

module.exports = {
  check: async (_olds, news) => ({ inputs: news }),
  // Nothing said: the engine compares inputs by itself.
  diff: async () => ({}),
  create: async (inputs) => ({ id: inputs.externalBusinessId, outs: { ...inputs, ...answered } }),
  read: async (id, props) => ({ id, props }),
  update: async (_id, _olds, news) => ({ outs: { ...news, ...answered } }),
  delete: async () => {},
};
