package runner;

import com.google.gson.Gson;
import com.pulumi.automation.LocalWorkspace;
import com.pulumi.automation.LocalWorkspaceOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs `up` or `preview` of Pulumi's Automation API with PartnerToken.java in this directory, and prints the result as JSON. */
public class RunProgram {
    private static class Result {
        final Map<String, Integer> changes = new HashMap<>();
        final Map<String, Object> outputs = new HashMap<>();
        /** The names of the secret outputs. */
        final List<String> secret = new ArrayList<>();
    }

    public static void main(String[] args) throws Exception {
        var options = LocalWorkspaceOptions.builder().workDir(Path.of("").toAbsolutePath()).build();
        var result = new Result();
        try (var stack = LocalWorkspace.createOrSelectStack("lab", "dev", PartnerToken::declare, options)) {
            if (args[0].equals("up")) {
                stack.up().outputs().forEach((name, output) -> {
                    result.outputs.put(name, output.value());
                    if (output.isSecret()) result.secret.add(name);
                });
            } else {
                stack.preview().changeSummary().forEach((operation, count) ->
                    result.changes.put(operation.name().toLowerCase(), count));
            }
        }
        System.out.println(new Gson().toJson(result));
        // The gRPC channels of the SDK have threads.
        System.exit(0);
    }
}
