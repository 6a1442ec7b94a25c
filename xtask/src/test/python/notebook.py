"""Runs the code of a notebook, cell by cell, and prints what a notebook would show: ``notebook.py NOTEBOOK``."""

from __future__ import annotations

import ast
import json
import sys


def show(value: object) -> None:
    html = getattr(value, "_repr_html_", None)
    if value is not None:
        print(html() if callable(html) else repr(value))


def run(cell: str, names: dict[str, object]) -> None:
    tree = ast.parse(cell)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    if isinstance(last, ast.Expr):
        show(eval(compile(ast.Expression(last.value), "<cell>", "eval"), names))


with open(sys.argv[1], encoding="utf-8") as file:
    notebook = json.load(file)
names: dict[str, object] = {"__name__": "__main__"}
for cell in notebook["cells"]:
    if cell["cell_type"] == "code":
        # What was shown once is no part of the file.
        assert cell["outputs"] == [] and cell["execution_count"] is None, "clear the notebook's outputs"
        run("".join(cell["source"]), names)
