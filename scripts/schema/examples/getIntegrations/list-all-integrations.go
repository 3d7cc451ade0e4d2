package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		all := pinterest.GetIntegrationsOutput(ctx, pinterest.GetIntegrationsOutputArgs{})
		ctx.Export("ids", all.Integrations().ApplyT(func(found []pinterest.IntegrationRecord) []string {
			ids := []string{}
			for _, shop := range found {
				ids = append(ids, *shop.ExternalBusinessId)
			}
			return ids
		}))
		return nil
	})
}
