using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    new Pinterest.IntegrationLog("feed-refused", new()
    {
        EventType = Pinterest.EventType.API,
        LogLevel = Pinterest.LogLevel.ERROR,
        ExternalBusinessId = "my-shop-1",
        Error = new Pinterest.Inputs.LogErrorArgs
        {
            Name = "FeedError",
            Message = "the feed was refused",
            FileName = "feed.ts",
            LineNumber = 12,
        },
        Request = new Pinterest.Inputs.LogRequestArgs
        {
            Method = Pinterest.LogRequestMethod.POST,
            Host = "shop.example.com",
            Path = "/feeds",
            RequestHeaders = { ["content-type"] = "application/json" },
            ResponseStatusCode = 422,
        },
    });
});
