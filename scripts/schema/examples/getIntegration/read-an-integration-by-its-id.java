package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.PinterestFunctions;
import com.example.pinterest.inputs.GetIntegrationArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var shop = PinterestFunctions.getIntegration(GetIntegrationArgs.builder()
                .integrationId("7300000000000000003")
                .build());

            ctx.export("merchant", shop.applyValue(found -> found.connectedMerchantId()));
        });
    }
}
