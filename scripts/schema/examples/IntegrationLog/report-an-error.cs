using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    new Pinterest.IntegrationLog("feed-refused", new()
    {
        EventType = Pinterest.EventType.API,
        LogLevel = Pinterest.LogLevel.ERROR,
        ClientTimestamp = 1767225600000,
        Message = "the feed was refused",
        ExternalBusinessId = "shop-north",
        // A name in the configuration `pinterest:accounts`.
        Account = "north",
        AdvertiserId = "549755885176",
        MerchantId = "1949484",
        TagId = "2613187433",
        FeedProfileId = "12",
        AppVersionNumber = "2.1.0",
        PlatformVersionNumber = "9.4.2",
        Error = new Pinterest.Inputs.LogErrorArgs
        {
            Name = "FeedError",
            Message = "the feed was refused",
            MessageDetail = "3 products have no price",
            Cause = "missing price",
            Number = 17,
            FileName = "feed.ts",
            LineNumber = 12,
            ColumnNumber = 5,
            StackTrace = "FeedError: the feed was refused at feed.ts:12:5",
        },
        Request = new Pinterest.Inputs.LogRequestArgs
        {
            Method = Pinterest.LogRequestMethod.POST,
            Host = "shop.example.com",
            Path = "/feeds",
            RequestHeaders = { ["content-type"] = "application/json" },
            ResponseHeaders = { ["retry-after"] = "60" },
            ResponseStatusCode = 422,
        },
        // Sent again if this changes.
        Triggers = new[] { "2027-01-31" },
    });
});
