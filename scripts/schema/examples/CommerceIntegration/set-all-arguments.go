package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		_, err := pinterest.NewCommerceIntegration(ctx, "north", &pinterest.CommerceIntegrationArgs{
			ExternalBusinessId: pulumi.String("shop-north"),
			// A name in the configuration `pinterest:accounts`.
			Account:                   pulumi.String("north"),
			ConnectedMerchantId:       pulumi.String("1949484"),
			ConnectedAdvertiserId:     pulumi.String("549755885176"),
			ConnectedTagId:            pulumi.String("2613187433"),
			ConnectedLbaId:            pulumi.String("1949485"),
			PartnerAccessToken:        cfg.RequireSecret("partnerAccessToken"),
			PartnerAccessTokenExpiry:  pulumi.Float64(1893456000000),
			PartnerRefreshToken:       cfg.RequireSecret("partnerRefreshToken"),
			PartnerRefreshTokenExpiry: pulumi.Float64(1924992000000),
			PartnerPrimaryEmail:       cfg.RequireSecret("partnerEmail"),
			PartnerMetadata: pulumi.Map{
				"plugin_version": pulumi.String("2.1.0"),
				"feature_flags":  pulumi.Map{"catalog": pulumi.Bool(true)},
			},
			Scopes:        pulumi.ToStringArray([]string{"read_catalog", "write_catalog"}),
			AdditionalId1: pulumi.String("region-7"),
			// If an integration exists that differs, the update fails.
			Adopt: pulumi.Bool(false),
			// Fields that you remove from the program keep their value at Pinterest.
			WhenRemoved: pinterest.WhenRemovedRelease,
		})
		return err
	})
}
