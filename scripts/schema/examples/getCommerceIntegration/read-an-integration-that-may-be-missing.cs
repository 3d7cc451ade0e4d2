using System.Collections.Generic;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var shop = Pinterest.GetCommerceIntegration.Invoke(new()
    {
        ExternalBusinessId = "my-shop-2",
        // A name in the configuration `pinterest:accounts`.
        Account = "north",
        IgnoreMissing = true,
    });

    return new Dictionary<string, object?>
    {
        ["exists"] = shop.Apply(found => found.Exists),
    };
});
