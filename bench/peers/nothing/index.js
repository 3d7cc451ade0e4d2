// What a program sees of the floor.
"use strict";

const { classOf } = require("../floor/resource.js");

module.exports = { CommerceIntegration: classOf("nothing:index:CommerceIntegration") };
