from src.session import Session


def test_a_new_session_is_open():
    assert Session("ann").is_open()
