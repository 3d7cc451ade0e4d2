"""Runs a command of Pulumi's Automation API with a program, as standard input describes, and prints the result as JSON."""

import json
import pathlib
import sys

from pulumi import automation as auto

request = json.load(sys.stdin)
source = pathlib.Path(request["program"]).read_text()

stack = auto.create_or_select_stack(
    stack_name="dev",
    project_name="lab",
    program=lambda: exec(compile(source, request["program"], "exec"), {"__name__": "__main__"}),
    opts=auto.LocalWorkspaceOptions(work_dir=request["directory"]),
)
secrets = {key: auto.ConfigValue(value, secret=True) for key, value in request["configuration"].items()}
if secrets:
    stack.set_all_config(secrets)

match request["command"]:
    case "up":
        result = stack.up()
        outputs = {name: output.value for name, output in result.outputs.items()}
        secret = [name for name, output in result.outputs.items() if output.secret]
        changes = result.summary.resource_changes
        print(json.dumps({"changes": changes, "outputs": outputs, "secret": secret}))
    case "preview":
        print(json.dumps({"changes": stack.preview().change_summary}))
