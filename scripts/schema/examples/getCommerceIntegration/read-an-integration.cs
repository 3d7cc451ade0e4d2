using System.Collections.Generic;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var shop = Pinterest.GetCommerceIntegration.Invoke(new() { ExternalBusinessId = "my-shop-1" });

    return new Dictionary<string, object?>
    {
        ["tag"] = shop.Apply(found => found.ConnectedTagId),
    };
});
