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
			ClientTimestamp:    pulumi.Float64(1767225600000),
			Message:            pulumi.String("the feed was refused"),
			ExternalBusinessId: pulumi.String("shop-north"),
			// A name in the configuration `pinterest:accounts`.
			Account:               pulumi.String("north"),
			AdvertiserId:          pulumi.String("549755885176"),
			MerchantId:            pulumi.String("1949484"),
			TagId:                 pulumi.String("2613187433"),
			FeedProfileId:         pulumi.String("12"),
			AppVersionNumber:      pulumi.String("2.1.0"),
			PlatformVersionNumber: pulumi.String("9.4.2"),
			Error: &pinterest.LogErrorArgs{
				Name:          pulumi.String("FeedError"),
				Message:       pulumi.String("the feed was refused"),
				MessageDetail: pulumi.String("3 products have no price"),
				Cause:         pulumi.String("missing price"),
				Number:        pulumi.Float64(17),
				FileName:      pulumi.String("feed.ts"),
				LineNumber:    pulumi.Int(12),
				ColumnNumber:  pulumi.Int(5),
				StackTrace:    pulumi.String("FeedError: the feed was refused at feed.ts:12:5"),
			},
			Request: &pinterest.LogRequestArgs{
				Method:             pinterest.LogRequestMethodPOST,
				Host:               pulumi.String("shop.example.com"),
				Path:               pulumi.String("/feeds"),
				RequestHeaders:     pulumi.StringMap{"content-type": pulumi.String("application/json")},
				ResponseHeaders:    pulumi.StringMap{"retry-after": pulumi.String("60")},
				ResponseStatusCode: pulumi.Int(422),
			},
			// Sent again if this changes.
			Triggers: pulumi.ToStringArray([]string{"2027-01-31"}),
		})
		return err
	})
}
