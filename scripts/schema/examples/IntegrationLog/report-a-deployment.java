package shops;

import com.pulumi.Pulumi;
import com.pulumi.pinterest.IntegrationLog;
import com.pulumi.pinterest.IntegrationLogArgs;
import com.pulumi.pinterest.enums.EventType;
import com.pulumi.pinterest.enums.LogLevel;
import java.util.List;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var version = "2027-01-31";

            new IntegrationLog("deployed", IntegrationLogArgs.builder()
                .eventType(EventType.APP)
                .logLevel(LogLevel.INFO)
                .message("catalog feed deployed")
                .externalBusinessId("my-shop-1")
                // Sent again if this changes.
                .triggers(List.of(version))
                .build());
        });
    }
}
