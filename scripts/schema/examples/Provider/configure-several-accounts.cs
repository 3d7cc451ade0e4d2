using System.Collections.Generic;
using System.Collections.Immutable;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var config = new Config();

    var merchants = new Pinterest.Provider("merchants", new()
    {
        Accounts = Output.Tuple(config.RequireSecret("northToken"), config.RequireSecret("southToken")).Apply(tokens =>
            new Dictionary<string, object> { ["north"] = tokens.Item1, ["south"] = tokens.Item2 }.ToImmutableDictionary()),
        RequestsPerMinute = 100,
        WhenUnreachable = Pinterest.WhenUnreachable.Keep,
    });

    new Pinterest.CommerceIntegration("shop", new()
    {
        ExternalBusinessId = "shop-south",
        Account = "south",
    }, new CustomResourceOptions { Provider = merchants });
});
