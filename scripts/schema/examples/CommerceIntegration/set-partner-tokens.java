package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.CommerceIntegration;
import com.example.pinterest.CommerceIntegrationArgs;
import com.example.pinterest.enums.WhenRemoved;
import java.util.List;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            new CommerceIntegration("north", CommerceIntegrationArgs.builder()
                .externalBusinessId("shop-north")
                // A name in the configuration `pinterest:accounts`.
                .account("north")
                .connectedMerchantId("1949484")
                .partnerAccessToken(ctx.config().requireSecret("partnerAccessToken"))
                .partnerAccessTokenExpiry(1893456000000.0)
                .partnerMetadata(Map.of("region", "north", "tier", 2))
                .scopes(List.of("read_catalog", "write_catalog"))
                // Fields that you remove from the program keep their value at Pinterest.
                .whenRemoved(WhenRemoved.Release)
                .build());
        });
    }
}
