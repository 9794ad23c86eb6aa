"""docs/configuration.md has every setting, with its default and the values that it may have."""

import math
import tomllib
from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from tests.documents import code, rows
from ttsmesh.config import Settings

CONFIGURATION = "docs/configuration.md"


def settings(cls: type[Any], prefix: str = "") -> Iterator[tuple[str, "Field[Any]", Any]]:
    """Each setting's name as the document has it, its field, and its type."""
    hints = get_type_hints(cls)
    for field in fields(cls):
        inner = get_args(hints[field.name])
        if inner and is_dataclass(inner[-1]):
            yield from settings(inner[-1], f"{prefix}{field.name}.NAME.")  # type: ignore[arg-type]
        else:
            yield prefix + field.name, field, hints[field.name]


def values(field: "Field[Any]", kind: Any) -> str:
    """What the document says of the values of a setting."""
    if "range" in field.metadata:
        least, most = field.metadata["range"]
        return f"from {least:g}" if most == math.inf else f"{least:.10g} to {most:.10g}"
    if get_origin(kind) is Literal:
        return ", ".join(f'`"{value}"`' for value in get_args(kind))
    return "`true`, `false`" if kind is bool else "text"


def test_the_settings_table_has_every_setting_its_default_and_its_values() -> None:
    listed: dict[str, tuple[object, str]] = {}
    for key, default, may_be, _ in rows(CONFIGURATION, "Settings"):
        value = tomllib.loads(f"value = {code(default)[0]}")["value"] if default else None
        listed[code(key)[0]] = (value, may_be)
    assert listed == {name: (field.default, values(field, kind)) for name, field, kind in settings(Settings)}
