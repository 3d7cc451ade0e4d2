using System.Collections.Generic;
using Pulumi;
using Pinterest = Example.Pinterest;

return await Deployment.RunAsync(() =>
{
    var shop = new Pinterest.CommerceIntegration("shop", new()
    {
        ExternalBusinessId = "my-shop-1",
        ConnectedMerchantId = "1949483",
        ConnectedAdvertiserId = "549755885175",
        ConnectedTagId = "2613187432",
    });

    return new Dictionary<string, object?>
    {
        ["integrationId"] = shop.IntegrationId,
    };
});
