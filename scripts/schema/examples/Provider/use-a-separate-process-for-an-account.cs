using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var config = new Config();

    var north = new Pinterest.Provider("north", new() { AccessToken = config.RequireSecret("northToken") });

    new Pinterest.CommerceIntegration("shop", new()
    {
        ExternalBusinessId = "shop-north",
    }, new CustomResourceOptions { Provider = north });
});
