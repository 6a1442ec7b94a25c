from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from typing_extensions import Self

    _Value = TypeVar("_Value", bound="OpenEnum")

# The known values of each enum, and their names, by their texts.
_KNOWN: dict[type[OpenEnum], dict[str, OpenEnum]] = {}
_NAMES: dict[type[OpenEnum], dict[str, str]] = {}


class OpenEnum(str):
    """A text of a fixed set, or one that this version does not know.

    A value equals its text, and can be used wherever a ``str`` can. Making one of a known text gives the known value.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        _KNOWN[cls] = {}
        _NAMES[cls] = {}

    def __new__(cls, text: str) -> Self:
        known = _KNOWN[cls].get(text)
        if isinstance(known, cls):
            return known
        return str.__new__(cls, text)

    @classmethod
    def known(cls) -> tuple[Self, ...]:
        """Every value that this version knows, in the order of the documentation."""
        return tuple(value for value in _KNOWN[cls].values() if isinstance(value, cls))

    @property
    def is_known(self) -> bool:
        """Whether this version knows the value."""
        return self in _KNOWN[type(self)]

    def __repr__(self) -> str:
        name = _NAMES[type(self)].get(self)
        if name is None:
            return f"{type(self).__name__}({str(self)!r})"
        return f"{type(self).__name__}.{name}"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


class Scale(OpenEnum):
    """An enum whose values have an order, from least to most.

    Values are compared by their place, with each other and with the text of one. A value that this version does not
    know has no place: comparing it is a ``TypeError``, so that nothing passes for less than it is.
    """

    __slots__ = ()

    @property
    def rank(self) -> int | None:
        """The place on the scale, from 0; None for a value that this version does not know."""
        return self._rank_of(self)

    def _rank_of(self, text: str) -> int | None:
        known = list(_KNOWN[type(self)])
        return known.index(text) if text in known else None

    def _ranks(self, other: object) -> tuple[int, int]:
        # Not `NotImplemented`: the text on the other side would then compare letter by letter.
        is_other_enum = isinstance(other, OpenEnum) and type(other) is not type(self)
        if not isinstance(other, str) or is_other_enum:
            raise TypeError(f"{type(self).__name__} cannot be compared with {type(other).__name__}")
        own, others = self._rank_of(self), self._rank_of(other)
        if own is None or others is None:
            unknown = str(self if own is None else other)
            raise TypeError(f"{unknown!r} has no place on the scale of {type(self).__name__}")
        return own, others

    def __lt__(self, other: str) -> bool:
        own, others = self._ranks(other)
        return own < others

    def __le__(self, other: str) -> bool:
        own, others = self._ranks(other)
        return own <= others

    def __gt__(self, other: str) -> bool:
        own, others = self._ranks(other)
        return own > others

    def __ge__(self, other: str) -> bool:
        own, others = self._ranks(other)
        return own >= others


def declare(of: type[_Value], name: str, text: str) -> _Value:
    """A known value of an enum, under this name."""
    value = str.__new__(of, text)
    _KNOWN[of][text] = value
    _NAMES[of][text] = name
    return value
