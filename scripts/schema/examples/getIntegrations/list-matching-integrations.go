package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		german := pinterest.GetIntegrationsOutput(ctx, pinterest.GetIntegrationsOutputArgs{
			ExternalBusinessIdPrefix: pulumi.String("de-"),
			ConnectedMerchantId:      pulumi.String("1949484"),
			ConnectedAdvertiserId:    pulumi.String("549755885176"),
			ConnectedTagId:           pulumi.String("2613187433"),
			// A name in the configuration `pinterest:accounts`.
			Account:        pulumi.String("north"),
			IncludeSecrets: pulumi.Bool(false),
			MaxItems:       pulumi.Int(100),
			PageSize:       pulumi.Int(50),
		})
		ctx.Export("ids", german.Integrations().ApplyT(func(found []pinterest.IntegrationRecord) []string {
			ids := []string{}
			for _, shop := range found {
				ids = append(ids, *shop.ExternalBusinessId)
			}
			return ids
		}))
		return nil
	})
}
