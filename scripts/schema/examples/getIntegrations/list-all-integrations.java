package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.PinterestFunctions;
import java.util.stream.Collectors;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var all = PinterestFunctions.getIntegrations();

            ctx.export("ids", all.applyValue(found -> found.integrations().stream()
                .map(shop -> shop.externalBusinessId())
                .collect(Collectors.toList())));
        });
    }
}
