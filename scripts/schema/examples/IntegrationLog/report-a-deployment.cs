using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var version = "2027-01-31";

    new Pinterest.IntegrationLog("deployed", new()
    {
        EventType = Pinterest.EventType.APP,
        LogLevel = Pinterest.LogLevel.INFO,
        Message = "catalog feed deployed",
        ExternalBusinessId = "my-shop-1",
        // Sent again if this changes.
        Triggers = new[] { version },
    });
});
