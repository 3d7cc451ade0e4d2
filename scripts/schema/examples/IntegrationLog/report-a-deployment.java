package shops;

import com.pulumi.Pulumi;
import com.example.pinterest.IntegrationLog;
import com.example.pinterest.IntegrationLogArgs;
import com.example.pinterest.enums.EventType;
import com.example.pinterest.enums.LogLevel;
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
