package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		merchants, err := pinterest.NewProvider(ctx, "merchants", &pinterest.ProviderArgs{
			Accounts: pulumi.Map{
				"north": cfg.RequireSecret("northToken"),
				"south": cfg.RequireSecret("southToken"),
			},
			RequestsPerMinute: pulumi.Int(100),
			WhenUnreachable:   pinterest.WhenUnreachableKeep,
		})
		if err != nil {
			return err
		}
		_, err = pinterest.NewCommerceIntegration(ctx, "shop", &pinterest.CommerceIntegrationArgs{
			ExternalBusinessId: pulumi.String("shop-south"),
			Account:            pulumi.String("south"),
		}, pulumi.Provider(merchants))
		return err
	})
}
