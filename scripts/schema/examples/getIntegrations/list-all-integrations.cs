using System.Collections.Generic;
using System.Linq;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var all = Pinterest.GetIntegrations.Invoke();

    return new Dictionary<string, object?>
    {
        ["ids"] = all.Apply(found => found.Integrations.Select(shop => shop.ExternalBusinessId)),
    };
});
