"""Deploys or destroys a program with Pulumi's Automation API. Arguments: `up` or `destroy`, and the file of the program."""

import runpy
import sys

from pulumi import automation as auto

command, program = sys.argv[1:]
stack = auto.create_or_select_stack(
    stack_name="dev",
    project_name="shops",
    program=lambda: runpy.run_path(program),
    opts=auto.LocalWorkspaceOptions(work_dir="."),
)
(stack.up if command == "up" else stack.destroy)(on_output=print)
