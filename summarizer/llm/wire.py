"""A pydantic class as the JSON Schema that every vendor's strict mode takes.

pydantic's own schema has `$ref`, `default`, `oneOf`, `minLength`, ..., which OpenAI's strict mode or
the grammars of local servers refuse, or accept and ignore. What is left out here is still checked:
an answer is always validated by the class itself.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

_KEPT = ("type", "description", "enum", "minItems", "maxItems", "minimum", "maximum")
_NEEDS_ANOTHER_TYPE = ("prefixItems", "patternProperties", "not", "if")


@cache
def wire_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema to send: no `$ref`, every object closed, every property required, in field order.

    Raises `TypeError` naming the field whose type has no such schema: recursion, dict, tuple, Any.
    """
    root = model.model_json_schema()
    if root.get("type") != "object" and "$ref" not in root:
        raise TypeError(f"{model.__name__}: an answer is an object with fields")
    return _closed(_without(root, "description"), root.get("$defs", {}), (), model.__name__)


def _closed(
    node: Mapping[str, Any], definitions: Mapping[str, Any], inside: tuple[str, ...], where: str
) -> dict[str, Any]:
    """One node of the schema. `inside` names the definitions being expanded, `where` the field."""
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        if name in inside:
            raise TypeError(f"{where}: {name} contains itself; an answer cannot be recursive")
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        target = _without(definitions[name], "description")  # its docstring is for programmers
        return _closed({**target, **siblings}, definitions, (*inside, name), where)
    if len(node.get("allOf", ())) == 1:
        return _closed({**node["allOf"][0], **_without(node, "allOf")}, definitions, inside, where)
    if any(key in node for key in _NEEDS_ANOTHER_TYPE) or isinstance(node.get("additionalProperties"), Mapping):
        raise TypeError(f"{where}: use a class with named fields or a list; dicts and tuples cannot be sent")

    closed = {key: node[key] for key in _KEPT if key in node}
    if "const" in node:
        closed["enum"] = [node["const"]]
    if branches := node.get("anyOf", node.get("oneOf")):
        closed["anyOf"] = [_closed(branch, definitions, inside, where) for branch in branches]
    elif node.get("type") == "object":
        fields = node.get("properties")
        if not fields:
            raise TypeError(f"{where}: an object without named fields cannot be sent")
        closed["properties"] = {
            name: _closed(field, definitions, inside, f"{where}.{name}") for name, field in fields.items()
        }
        closed["required"] = list(fields)
        closed["additionalProperties"] = False
    elif node.get("type") == "array":
        closed["items"] = _closed(node.get("items", {}), definitions, inside, f"{where}[]")
    elif "type" not in node and "enum" not in closed:
        raise TypeError(f"{where}: has no type")
    return closed


def _without(node: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in node.items() if name != key}
