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
			Account:                  pulumi.String("north"),
			ConnectedMerchantId:      pulumi.String("1949484"),
			PartnerAccessToken:       cfg.RequireSecret("partnerAccessToken"),
			PartnerAccessTokenExpiry: pulumi.Float64(1893456000000),
			PartnerMetadata:          pulumi.Map{"region": pulumi.String("north"), "tier": pulumi.Int(2)},
			Scopes:                   pulumi.ToStringArray([]string{"read_catalog", "write_catalog"}),
			// Fields that you remove from the program keep their value at Pinterest.
			WhenRemoved: pinterest.WhenRemovedRelease,
		})
		return err
	})
}
