"""Runs `up` or `preview` of Pulumi's Automation API with partner_token.py in this directory, and prints the result as JSON."""

import json
import pathlib
import sys

from pulumi import automation as auto

path = pathlib.Path(__file__).with_name("partner_token.py")
code = compile(path.read_text(), path, "exec")
stack = auto.create_or_select_stack(
    stack_name="dev",
    project_name="lab",
    program=lambda: exec(code, {"__name__": "__main__"}),
    opts=auto.LocalWorkspaceOptions(work_dir="."),
)
if sys.argv[1] == "up":
    result = stack.up()
    outputs = {name: output.value for name, output in result.outputs.items()}
    secret = [name for name, output in result.outputs.items() if output.secret]
    print(json.dumps({"outputs": outputs, "secret": secret}))
else:
    print(json.dumps({"changes": stack.preview().change_summary}))
