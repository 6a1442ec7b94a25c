"""``python -m axiomo``, and where the package with the programs finds them."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import axiomo_mock_server
import pytest


def run(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs it where the package with the programs is a module of this text."""
    (folder / "axiomo_mock_server.py").write_text(module, encoding="utf-8")
    command = [sys.executable, "-m", "axiomo", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def scripts_are_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def get_path(name: str, scheme: str = "") -> str:
        assert name == "scripts"
        return str(folder)

    monkeypatch.setattr(sysconfig, "get_path", get_path)


@pytest.mark.parametrize("module", ["raise ImportError", "def path(name): raise FileNotFoundError(name)"])
def test_where_there_is_no_command_line_it_says_what_to_install(tmp_path: Path, module: str) -> None:
    done = run(tmp_path, module, "analyze")
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install axiomo-mock-server" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="the program is a script of the shell")
def test_it_is_the_program_with_its_arguments_and_its_exit_code(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 3\n', encoding="utf-8")
    program.chmod(0o755)
    done = run(tmp_path, f"def path(name): assert name == 'axiomo'; return {str(program)!r}", "analyze", "a b")
    assert (done.returncode, done.stdout, done.stderr) == (3, "analyze\na b\n", "")


def test_a_program_is_found_where_scripts_are_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts_are_in(tmp_path / "scripts", monkeypatch)
    (tmp_path / "scripts").mkdir()
    name = "axiomo.exe" if os.name == "nt" else "axiomo"
    (tmp_path / "scripts" / name).touch()
    assert axiomo_mock_server.path("axiomo") == str(tmp_path / "scripts" / name)


def test_a_program_is_found_beside_a_package_that_was_installed_into_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts_are_in(tmp_path / "nowhere", monkeypatch)
    monkeypatch.setattr(axiomo_mock_server, "__file__", str(tmp_path / "axiomo_mock_server" / "__init__.py"))
    scripts = tmp_path / ("Scripts" if os.name == "nt" else "bin")
    scripts.mkdir()
    name = "axiomo-mock-server.exe" if os.name == "nt" else "axiomo-mock-server"
    (scripts / name).touch()
    assert axiomo_mock_server.path() == str(scripts / name)


def test_a_program_that_is_not_there_is_an_error_that_names_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts_are_in(tmp_path / "nowhere", monkeypatch)
    monkeypatch.setattr(axiomo_mock_server, "__file__", str(tmp_path / "axiomo_mock_server" / "__init__.py"))
    with pytest.raises(FileNotFoundError, match="nowhere.*install axiomo-mock-server again"):
        axiomo_mock_server.path()
