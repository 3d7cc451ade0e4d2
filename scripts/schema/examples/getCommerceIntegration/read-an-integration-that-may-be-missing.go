package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		shop := pinterest.LookupCommerceIntegrationOutput(ctx, pinterest.LookupCommerceIntegrationOutputArgs{
			ExternalBusinessId: pulumi.String("my-shop-2"),
			// A name in the configuration `pinterest:accounts`.
			Account:       pulumi.String("north"),
			IgnoreMissing: pulumi.Bool(true),
		})
		ctx.Export("exists", shop.Exists())
		return nil
	})
}
