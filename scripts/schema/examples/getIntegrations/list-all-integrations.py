import pulumi
import pulumi_pinterest as pinterest

all_integrations = pinterest.get_integrations_output()

pulumi.export(
    "ids",
    all_integrations.integrations.apply(lambda found: [shop.external_business_id for shop in found]),
)
