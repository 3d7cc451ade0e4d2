using System.Collections.Generic;
using System.Linq;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var german = Pinterest.GetIntegrations.Invoke(new()
    {
        ExternalBusinessIdPrefix = "de-",
        MaxItems = 100,
    });

    return new Dictionary<string, object?>
    {
        ["ids"] = german.Apply(found => found.Integrations.Select(shop => shop.ExternalBusinessId)),
    };
});
