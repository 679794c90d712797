from collections.abc import Callable, Mapping, Sequence
from typing import Any

from typing_extensions import Buffer

from pcishield.masking.plan import MaskStats

class Kernel:
    def __init__(
        self,
        ranges: Mapping[int, Sequence[tuple[int, int]]],
        strict: bool,
        never: frozenset[type],
        decimal: type,
        is_plain_key: Callable[[str], bool],
    ) -> None: ...
    def suspects(self, text: str) -> list[tuple[int, int]]: ...
    def mask(self, value: Any, lead: int, numbers: bool) -> Any: ...
    def cells(self, data: Buffer, offsets: memoryview, first: int, count: int) -> list[int]: ...
    def numbers(self, values: memoryview) -> list[int]: ...

class Rows:
    def __init__(
        self,
        kernel: Kernel,
        codes: bytes,
        redacted: list[str],
        lead: int,
        numbers: bool,
        look: Callable[[int, Any, MaskStats], Any],
        count: Callable[[int, int, MaskStats], None],
    ) -> None: ...
    def rows(self, rows: list[tuple[Any, ...]], stats: MaskStats) -> int: ...
    def row(self, row: tuple[Any, ...], stats: MaskStats) -> tuple[Any, ...]: ...

def _fill_classes(separators: str, invisible: str) -> None: ...
