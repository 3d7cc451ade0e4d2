using System.Collections.Generic;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var shop = Pinterest.GetIntegration.Invoke(new()
    {
        IntegrationId = "7300000000000000005",
        // A name in the configuration `pinterest:accounts`.
        Account = "north",
        IncludeSecrets = true,
    });

    return new Dictionary<string, object?>
    {
        ["partnerAccessToken"] = shop.Apply(found => found.PartnerAccessToken),
    };
});
