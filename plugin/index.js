require("../pulumi-resource-pinterest");
