package shops;

import com.pulumi.Pulumi;
import com.pulumi.core.Either;
import com.pulumi.core.Output;
import com.example.pinterest.CommerceIntegration;
import com.example.pinterest.CommerceIntegrationArgs;
import com.example.pinterest.Provider;
import com.example.pinterest.ProviderArgs;
import com.example.pinterest.enums.WhenUnreachable;
import com.pulumi.resources.CustomResourceOptions;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var config = ctx.config();

            var accounts = Output.tuple(config.requireSecret("northToken"), config.requireSecret("southToken"))
                .applyValue(tokens -> Either.<Map<String, Object>, String>ofLeft(Map.of("north", tokens.t1, "south", tokens.t2)));
            var merchants = new Provider("merchants", ProviderArgs.builder()
                .accounts(accounts)
                .requestsPerMinute(100)
                .whenUnreachable(WhenUnreachable.Keep)
                .build());

            new CommerceIntegration("shop", CommerceIntegrationArgs.builder()
                .externalBusinessId("shop-south")
                .account("south")
                .build(), CustomResourceOptions.builder().provider(merchants).build());
        });
    }
}
