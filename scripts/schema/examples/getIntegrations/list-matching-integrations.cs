using System.Collections.Generic;
using System.Linq;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var german = Pinterest.GetIntegrations.Invoke(new()
    {
        ExternalBusinessIdPrefix = "de-",
        ConnectedMerchantId = "1949484",
        ConnectedAdvertiserId = "549755885176",
        ConnectedTagId = "2613187433",
        // A name in the configuration `pinterest:accounts`.
        Account = "north",
        IncludeSecrets = false,
        MaxItems = 100,
        PageSize = 50,
    });

    return new Dictionary<string, object?>
    {
        ["ids"] = german.Apply(found => found.Integrations.Select(shop => shop.ExternalBusinessId)),
    };
});
