using System.Collections.Generic;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var shop = Pinterest.GetIntegration.Invoke(new() { IntegrationId = "7300000000000000003" });

    return new Dictionary<string, object?>
    {
        ["merchant"] = shop.Apply(found => found.ConnectedMerchantId),
    };
});
