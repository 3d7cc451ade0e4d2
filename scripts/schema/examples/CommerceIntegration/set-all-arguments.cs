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
        ConnectedAdvertiserId = "549755885176",
        ConnectedTagId = "2613187433",
        ConnectedLbaId = "1949485",
        PartnerAccessToken = config.RequireSecret("partnerAccessToken"),
        PartnerAccessTokenExpiry = 1893456000000,
        PartnerRefreshToken = config.RequireSecret("partnerRefreshToken"),
        PartnerRefreshTokenExpiry = 1924992000000,
        PartnerPrimaryEmail = config.RequireSecret("partnerEmail"),
        PartnerMetadata = new Dictionary<string, object>
        {
            ["plugin_version"] = "2.1.0",
            ["feature_flags"] = new Dictionary<string, object> { ["catalog"] = true },
        }.ToImmutableDictionary(),
        Scopes = ImmutableArray.Create("read_catalog", "write_catalog"),
        AdditionalId1 = "region-7",
        // If an integration exists that differs, the update fails.
        Adopt = false,
        // Fields that you remove from the program keep their value at Pinterest.
        WhenRemoved = Pinterest.WhenRemoved.Release,
    });
});
