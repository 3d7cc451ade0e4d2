package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.PinterestFunctions;
import com.example.pinterest.inputs.GetIntegrationArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var shop = PinterestFunctions.getIntegration(GetIntegrationArgs.builder()
                .integrationId("7300000000000000005")
                // A name in the configuration `pinterest:accounts`.
                .account("north")
                .includeSecrets(true)
                .build());

            ctx.export("partnerAccessToken", shop.applyValue(found -> found.partnerAccessToken()));
        });
    }
}
