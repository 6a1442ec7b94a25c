from __future__ import annotations


class Key:
    """A key of a mock server. What is printed of it holds its name in the server's list, and not what opens it."""

    __slots__ = ("id", "key")

    id: str
    """Its name in the server's list, which ``revoke_key`` takes."""
    key: str
    """The key itself, which clients take."""

    def __init__(self, id: str, key: str) -> None:
        self.id = id
        self.key = key

    def __repr__(self) -> str:
        return f"Key(id={self.id!r}, key=...)"
