package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.PinterestFunctions;
import com.example.pinterest.inputs.GetIntegrationsArgs;
import java.util.stream.Collectors;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var german = PinterestFunctions.getIntegrations(GetIntegrationsArgs.builder()
                .externalBusinessIdPrefix("de-")
                .connectedMerchantId("1949484")
                .connectedAdvertiserId("549755885176")
                .connectedTagId("2613187433")
                // A name in the configuration `pinterest:accounts`.
                .account("north")
                .includeSecrets(false)
                .maxItems(100)
                .pageSize(50)
                .build());

            ctx.export("ids", german.applyValue(found -> found.integrations().stream()
                .map(shop -> shop.externalBusinessId())
                .collect(Collectors.toList())));
        });
    }
}
