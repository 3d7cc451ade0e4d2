using System.Collections.Generic;
using System.Collections.Immutable;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var config = new Config();

    new Pinterest.CommerceIntegration("north", new()
    {
        ExternalBusinessId = "shop-north",
        // A name in the configuration `pinterest:accounts`.
        Account = "north",
        ConnectedMerchantId = "1949484",
        PartnerAccessToken = config.RequireSecret("partnerAccessToken"),
        PartnerAccessTokenExpiry = 1893456000000,
        PartnerMetadata = new Dictionary<string, object> { ["region"] = "north", ["tier"] = 2 }.ToImmutableDictionary(),
        Scopes = ImmutableArray.Create("read_catalog", "write_catalog"),
        // Fields that you remove from the program keep their value at Pinterest.
        WhenRemoved = Pinterest.WhenRemoved.Release,
    });
});
