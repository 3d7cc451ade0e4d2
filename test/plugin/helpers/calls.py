"""Print the calls of the package in Python programs as JSON: one line per call, with file, name and keywords."""

import ast
import json
import sys

for file in sys.argv[1:]:
    with open(file, encoding="utf-8") as source:
        tree = ast.parse(source.read(), file)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        if node.value.id == "pinterest":
            calls = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and call.func is node]
            keywords = [keyword.arg for call in calls for keyword in call.keywords]
            print(json.dumps({"file": file, "name": node.attr, "called": bool(calls), "keywords": keywords}))
