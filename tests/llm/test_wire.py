"""The schema that goes over the wire: what strict modes take, and nothing else."""

from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from summarizer.llm.wire import wire_schema


class Grade(Enum):
    HIGH = "high"
    LOW = "low"


class Item(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=40, pattern="^a")]
    grade: Grade = Grade.LOW


class Circle(BaseModel):
    kind: Literal["circle"]


class Square(BaseModel):
    kind: Literal["square"]


class Everything(BaseModel):
    title: str = Field(title="标题", description="中文标题", json_schema_extra={"source": "abstract"})
    items: list[Item] = Field(default=[], min_length=1, max_length=3, description="条目")
    best: Item = Field(description="最好的")
    score: int = Field(ge=0, le=4)
    note: str | None = None
    form: Annotated[Circle | Square, Field(discriminator="kind")]


ITEM = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "grade": {"type": "string", "enum": ["high", "low"]}},
    "required": ["name", "grade"],
    "additionalProperties": False,
}


def form(kind: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"kind": {"type": "string", "enum": [kind]}},
        "required": ["kind"],
        "additionalProperties": False,
    }


def test_inlined_closed_required_and_free_of_what_strict_modes_refuse() -> None:
    assert wire_schema(Everything) == {
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "中文标题"},
            "items": {"type": "array", "description": "条目", "minItems": 1, "maxItems": 3, "items": ITEM},
            "best": {**ITEM, "description": "最好的"},
            "score": {"type": "integer", "minimum": 0, "maximum": 4},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "form": {"anyOf": [form("circle"), form("square")]},
        },
        "required": ["title", "items", "best", "score", "note", "form"],
        "additionalProperties": False,
    }


def test_order_of_fields_is_kept() -> None:
    assert list(wire_schema(Everything)["properties"]) == list(Everything.model_fields)


class Tree(BaseModel):
    children: list["Tree"]


class Table(BaseModel):
    cells: dict[str, int]


class Pair(BaseModel):
    pair: tuple[int, str]


class Anything(BaseModel):
    value: Any


@pytest.mark.parametrize(
    ("model", "named"),
    [(Tree, "contains itself"), (Table, "Table.cells"), (Pair, "Pair.pair"), (Anything, "Anything.value")],
)
def test_types_without_a_strict_schema_are_refused_by_name(model: type[BaseModel], named: str) -> None:
    with pytest.raises(TypeError, match=named):
        wire_schema(model)
