package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		shop, err := pinterest.NewCommerceIntegration(ctx, "shop", &pinterest.CommerceIntegrationArgs{
			ExternalBusinessId:    pulumi.String("my-shop-1"),
			ConnectedMerchantId:   pulumi.String("1949483"),
			ConnectedAdvertiserId: pulumi.String("549755885175"),
			ConnectedTagId:        pulumi.String("2613187432"),
		})
		if err != nil {
			return err
		}
		ctx.Export("integrationId", shop.IntegrationId)
		return nil
	})
}
