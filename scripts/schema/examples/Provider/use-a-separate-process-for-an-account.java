package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.CommerceIntegration;
import com.example.pinterest.CommerceIntegrationArgs;
import com.example.pinterest.Provider;
import com.example.pinterest.ProviderArgs;
import com.pulumi.resources.CustomResourceOptions;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var north = new Provider("north", ProviderArgs.builder()
                .accessToken(ctx.config().requireSecret("northToken"))
                .build());

            new CommerceIntegration("shop", CommerceIntegrationArgs.builder()
                .externalBusinessId("shop-north")
                .build(), CustomResourceOptions.builder().provider(north).build());
        });
    }
}
