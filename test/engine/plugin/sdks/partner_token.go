package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func program(ctx *pulumi.Context) error {
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
		PartnerAccessToken:       pulumi.String("partner-token-in-plaintext"),
		PartnerAccessTokenExpiry: pulumi.Float64(1893456000000),
		PartnerMetadata:          pulumi.Map{"feature_flags": pulumi.Map{"catalog": pulumi.Bool(true)}},
		Scopes:                   pulumi.ToStringArray([]string{"read_catalog", "write_catalog"}),
		Adopt:                    pulumi.Bool(false),
		WhenRemoved:              pulumi.String("release"),
	}, pulumi.Provider(provider))
	if err != nil {
		return err
	}
	ctx.Export("integrationId", shop.IntegrationId)
	ctx.Export("token", shop.PartnerAccessToken)
	return nil
}
