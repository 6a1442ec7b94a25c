"""Whether every example of an OpenAPI document fits the schema that it stands beside."""

import json
import sys

import jsonschema_rs

document = json.load(open(sys.argv[1], encoding="utf-8"))
checked = failed = 0


def check(schema, example, where):
    global checked, failed
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema]}
    validator = jsonschema_rs.validator_for({**whole, "components": document["components"]}, validate_formats=True)
    checked += 1
    for error in validator.iter_errors(example):
        failed += 1
        print(f"failed: the example at {where}: {error.message}")


def resolve(example):
    reference = example.get("$ref", "")
    return document["components"]["examples"][reference.rsplit("/", 1)[1]] if reference else example


def walk(value, where):
    if isinstance(value, list):
        for index, item in enumerate(value):
            walk(item, f"{where}/{index}")
    if not isinstance(value, dict):
        return
    examples = value.get("examples", [])
    examples = list(examples.values()) if isinstance(examples, dict) else examples
    if "schema" in value:
        for example in map(resolve, examples):
            check(value["schema"], example["value"], where)
        if "example" in value:
            check(value["schema"], value["example"], where)
    elif isinstance(value.get("examples"), list):
        for example in examples:
            check(value, example, where)
    for name, member in value.items():
        # Inside an example nothing is a schema.
        if name not in ("example", "examples", "value"):
            walk(member, f"{where}/{name}")


walk(document, "#")
print(f"{checked} examples")
sys.exit(1 if failed or not checked else 0)
