package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		north, err := pinterest.NewProvider(ctx, "north", &pinterest.ProviderArgs{
			AccessToken: cfg.RequireSecret("northToken"),
		})
		if err != nil {
			return err
		}
		_, err = pinterest.NewCommerceIntegration(ctx, "shop", &pinterest.CommerceIntegrationArgs{
			ExternalBusinessId: pulumi.String("shop-north"),
		}, pulumi.Provider(north))
		return err
	})
}
