package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		provider, err := pinterest.NewProvider(ctx, "pinterest", &pinterest.ProviderArgs{
			Accounts: pulumi.Map{"other": pulumi.String("account-token-in-plaintext")},
			OnDelete: pinterest.OnDeleteDisconnect,
		})
		if err != nil {
			return err
		}
		shop, err := pinterest.NewCommerceIntegration(ctx, "shop", &pinterest.CommerceIntegrationArgs{
			ExternalBusinessId: pulumi.String("shop"),
			ConnectedTagId:     pulumi.String("2613187432"),
			// Not a secret of the program: the SDK and the plugin keep it secret.
			PartnerAccessToken: pulumi.String("partner-token-in-plaintext"),
			WhenRemoved:        pulumi.String("release"),
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		ctx.Export("integrationId", shop.IntegrationId)
		ctx.Export("token", shop.PartnerAccessToken)
		return nil
	})
}
