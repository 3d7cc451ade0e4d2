package main

import (
	"example.com/pulumi-pinterest/sdk/go/pinterest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := pinterest.NewIntegrationLog(ctx, "feed-refused", &pinterest.IntegrationLogArgs{
			EventType:          pinterest.EventTypeAPI,
			LogLevel:           pinterest.LogLevelERROR,
			ExternalBusinessId: pulumi.String("my-shop-1"),
			Error: &pinterest.LogErrorArgs{
				Name:       pulumi.String("FeedError"),
				Message:    pulumi.String("the feed was refused"),
				FileName:   pulumi.String("feed.ts"),
				LineNumber: pulumi.Int(12),
			},
			Request: &pinterest.LogRequestArgs{
				Method:             pinterest.LogRequestMethodPOST,
				Host:               pulumi.String("shop.example.com"),
				Path:               pulumi.String("/feeds"),
				RequestHeaders:     pulumi.StringMap{"content-type": pulumi.String("application/json")},
				ResponseStatusCode: pulumi.Int(422),
			},
		})
		return err
	})
}
