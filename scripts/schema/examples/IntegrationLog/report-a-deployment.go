package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		version := "2027-01-31"
		_, err := pinterest.NewIntegrationLog(ctx, "deployed", &pinterest.IntegrationLogArgs{
			EventType:          pinterest.EventTypeAPP,
			LogLevel:           pinterest.LogLevelINFO,
			Message:            pulumi.String("catalog feed deployed"),
			ExternalBusinessId: pulumi.String("my-shop-1"),
			// Sent again if this changes.
			Triggers: pulumi.ToStringArray([]string{version}),
		})
		return err
	})
}
