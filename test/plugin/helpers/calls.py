"""Print the calls of the package in Python programs as JSON: one line per call, with file, name, keywords, and those whose value is a list."""

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
            keywords = [keyword for call in calls for keyword in call.keywords]
            use = {
                "file": file,
                "name": node.attr,
                "called": bool(calls),
                "keywords": [keyword.arg for keyword in keywords],
                "lists": [keyword.arg for keyword in keywords if isinstance(keyword.value, ast.List)],
            }
            print(json.dumps(use))
