// Prints how many milliseconds the package takes to load after Pulumi's SDK. Each process can tell once.
"use strict";

require("@pulumi/pulumi");
const startedAt = performance.now();
require("pulumi-pinterest");
console.log(JSON.stringify(performance.now() - startedAt));
