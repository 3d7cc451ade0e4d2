package runner;

import com.google.gson.Gson;
import com.pulumi.automation.ConfigValue;
import com.pulumi.automation.LocalWorkspace;
import com.pulumi.automation.LocalWorkspaceOptions;
import com.pulumi.automation.OperationType;
import com.pulumi.automation.WorkspaceStack;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a command of Pulumi's Automation API with a program, as standard input describes, and prints the result as JSON. */
public class RunProgram {
    private static class Request {
        String command;
        String program;
        String directory;
        Map<String, String> configuration;
    }

    private static class Result {
        final Map<String, Integer> changes = new HashMap<>();
        final Map<String, Object> outputs = new HashMap<>();
        /** The names of the secret outputs. */
        final List<String> secret = new ArrayList<>();

        void addChanges(Map<OperationType, Integer> counts) {
            counts.forEach((operation, count) -> changes.put(operation.name().toLowerCase(), count));
        }
    }

    public static void main(String[] args) throws Exception {
        var request = new Gson().fromJson(new InputStreamReader(System.in), Request.class);
        var program = Programs.BY_PATH.get(request.program);
        var options = LocalWorkspaceOptions.builder().workDir(Path.of(request.directory)).build();
        try (var stack = LocalWorkspace.createOrSelectStack("lab", "dev", program, options)) {
            var secrets = new HashMap<String, ConfigValue>();
            request.configuration.forEach((key, value) -> secrets.put(key, new ConfigValue(value, true)));
            if (!secrets.isEmpty()) stack.setAllConfig(secrets);
            System.out.println(new Gson().toJson(run(request.command, stack)));
        }
        // The gRPC channels of the SDK have threads.
        System.exit(0);
    }

    private static Result run(String command, WorkspaceStack stack) throws Exception {
        var result = new Result();
        switch (command) {
            case "up":
                var up = stack.up();
                result.addChanges(up.summary().resourceChanges());
                up.outputs().forEach((name, output) -> {
                    result.outputs.put(name, output.value());
                    if (output.isSecret()) result.secret.add(name);
                });
                break;
            case "preview":
                result.addChanges(stack.preview().changeSummary());
                break;
        }
        return result;
    }
}
