"""The fixtures, in a run of pytest of their own."""

from __future__ import annotations

import pytest


def test_every_test_has_a_server_of_its_own_in_one_program(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        seen = []

        @pytest.mark.parametrize("number", range(3))
        def test_one(axiomo_server, axiomo_program, number):
            seen.append((axiomo_server.base_url, axiomo_program))

        def test_all():
            assert len({url for url, _ in seen}) == 3
            assert len({id(program) for _, program in seen}) == 1
        """
    )
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=4)


def test_the_mark_nearest_to_the_test_has_the_last_word(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.axiomo(virtual_time=True, limits={"key": 5})

        @pytest.mark.axiomo(limits={"key": 7})
        def test_it(axiomo_server):
            assert axiomo_server.elapsed() == 0
            assert axiomo_server.snapshot()["limits"]["key"] == 7
        """
    )
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=1)


def test_a_mark_without_names_is_an_error_that_says_how_it_is_written(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.axiomo(True)
        def test_it(axiomo_server):
            pass
        """
    )
    outcome = pytester.runpytest_subprocess()
    outcome.assert_outcomes(errors=1)
    outcome.stdout.fnmatch_lines(["*takes what MockServer takes, by name*"])
