"""Webhooks: the signature of GitHub's own example, made by somebody else."""

import pytest

import axiomo

SECRET = "It's a Secret to Everybody"
BODY = b"Hello, World!"
SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_the_right_signature_passes() -> None:
    assert axiomo.verify_webhook(SECRET, BODY, SIGNATURE)


@pytest.mark.parametrize(
    ("secret", "body", "signature"),
    [
        ("another", BODY, SIGNATURE),
        (SECRET, b"Hello, World?", SIGNATURE),
        (SECRET, BODY, SIGNATURE[:-1] + "8"),
        (SECRET, BODY, "nonsense"),
        (SECRET, BODY, None),
    ],
)
def test_everything_else_does_not(secret: str, body: bytes, signature: str | None) -> None:
    assert not axiomo.verify_webhook(secret, body, signature)


def test_a_text_is_no_body() -> None:
    with pytest.raises(TypeError):
        axiomo.verify_webhook(SECRET, "Hello, World!", SIGNATURE)  # type: ignore[arg-type]  # pyright: ignore
