package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		shop := pinterest.GetIntegrationOutput(ctx, pinterest.GetIntegrationOutputArgs{
			IntegrationId: pulumi.String("7300000000000000003"),
		})
		ctx.Export("merchant", shop.ConnectedMerchantId())
		return nil
	})
}
