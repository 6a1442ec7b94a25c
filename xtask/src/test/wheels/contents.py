"""What is in the packages that are published, and what their programs need of a system."""

from __future__ import annotations

import email
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

FOLDER = Path(os.environ["AXIOMO_PACKAGES"])
[CLIENT] = FOLDER.glob("axiomo-*.whl")
[PROGRAMS] = FOLDER.glob("axiomo_mock_server-*.whl")
[SOURCE] = FOLDER.glob("axiomo-*.tar.gz")
VERSION = CLIENT.name.split("-")[1]
MANYLINUX2014 = (2, 17)
UNWINDER = "libgcc_s.so.1"
# The loader, and what every Linux with that C library has.
LIBRARIES = {"ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", UNWINDER}


def tracked(folder: str) -> set[str]:
    """The files that are committed in a folder, by their paths in it."""
    listed = subprocess.run(["git", "ls-files", folder], capture_output=True, text=True, check=True).stdout
    return {line.removeprefix(f"{folder}/") for line in listed.splitlines()}


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_clients_wheel_holds_the_package_its_native_part_and_its_licences() -> None:
    info = f"axiomo-{VERSION}.dist-info"
    about = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE-APACHE", "licenses/LICENSE-MIT"}
    expected = tracked("bindings-python/python") | {"axiomo/_native.abi3.so"} | {f"{info}/{name}" for name in about}
    assert names(CLIENT) == expected


def test_the_programs_wheel_holds_both_of_them_and_where_they_are() -> None:
    stem = f"axiomo_mock_server-{VERSION}"
    about = {"METADATA", "RECORD", "WHEEL", "licenses/LICENSE-APACHE", "licenses/LICENSE-MIT"}
    scripts = {f"{stem}.data/scripts/{name}" for name in ("axiomo", "axiomo-mock-server")}
    package = {"axiomo_mock_server/__init__.py", "axiomo_mock_server/py.typed"}
    assert names(PROGRAMS) == package | scripts | {f"{stem}.dist-info/{name}" for name in about}


def test_the_programs_may_be_run_once_they_are_installed() -> None:
    with zipfile.ZipFile(PROGRAMS) as archive:
        modes = [entry.external_attr >> 16 for entry in archive.infolist() if "/scripts/" in entry.filename]
    assert [mode & 0o111 for mode in modes] == [0o111, 0o111]


def test_the_source_holds_no_more_than_what_it_is_built_of() -> None:
    with tarfile.open(SOURCE) as archive:
        members = {member.name.split("/", 1)[1]: member for member in archive.getmembers()}
    folders = {name.split("/")[0] for name in members if "/" in name}
    assert folders <= {"bindings-python", "core", "model", "python"}
    assert {"Cargo.lock", "LICENSE-APACHE", "LICENSE-MIT", "PKG-INFO", "README.md", "pyproject.toml"} <= set(members)
    assert [name for name in members if name.endswith((".so", ".pyc", ".pyd"))] == []
    # A link would lead out of it.
    assert [name for name, member in members.items() if not (member.isfile() or member.isdir())] == []


def test_the_clients_wheel_is_small() -> None:
    assert CLIENT.stat().st_size < 2_500_000


def test_one_wheel_is_for_every_python_that_is_new_enough() -> None:
    assert CLIENT.name.split("-")[2:4] == ["cp310", "abi3"]
    assert PROGRAMS.name.split("-")[2:4] == ["py3", "none"]


@pytest.mark.parametrize("wheel", [CLIENT, PROGRAMS], ids=["client", "programs"])
def test_auditwheel_finds_it_fit_for_manylinux2014(wheel: Path) -> None:
    assert "manylinux2014_x86_64" in wheel.name
    command = [sys.executable, "-m", "auditwheel", "show", str(wheel)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    text = " ".join(told.stdout.split())
    assert 'platform tag: "manylinux_2_17_x86_64"' in text or "manylinux_2_5_x86_64" in text, told.stdout + told.stderr


@pytest.mark.parametrize("wheel", [CLIENT, PROGRAMS], ids=["client", "programs"])
def test_nothing_in_it_needs_a_newer_c_library_or_another_one(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        binaries = [name for name in archive.namelist() if name.endswith(".so") or "/scripts/" in name]
        assert binaries
        for name in binaries:
            with archive.open(name) as file:
                elf = ELFFile(file)
                needed = {tag.needed for tag in elf.get_section_by_name(".dynamic").iter_tags("DT_NEEDED")}
                assert needed <= LIBRARIES, name
                versions = {
                    version.name
                    for _, requirements in elf.get_section_by_name(".gnu.version_r").iter_versions()
                    for version in requirements
                }
            glibc = [tuple(map(int, found[1].split("."))) for text in versions if (found := re.match(r"GLIBC_([\d.]+)$", text))]
            assert MANYLINUX2014 >= max(glibc) > (2, 0), f"{name}: {sorted(versions)}"


def test_the_native_part_has_no_unwinder_of_its_own() -> None:
    with zipfile.ZipFile(CLIENT) as archive, archive.open("axiomo/_native.abi3.so") as file:
        elf = ELFFile(file)
        needed = {tag.needed for tag in elf.get_section_by_name(".dynamic").iter_tags("DT_NEEDED")}
        symbols = elf.get_section_by_name(".dynsym").iter_symbols()
        of_others = {symbol.name for symbol in symbols if symbol["st_shndx"] == "SHN_UNDEF"}
    assert UNWINDER in needed
    assert {"_Unwind_Resume", "_Unwind_GetLanguageSpecificData", "_Unwind_RaiseException"} <= of_others


def test_the_native_part_shows_others_its_entry_alone_and_keeps_no_symbols() -> None:
    with zipfile.ZipFile(CLIENT) as archive, archive.open("axiomo/_native.abi3.so") as file:
        elf = ELFFile(file)
        symbols = elf.get_section_by_name(".dynsym").iter_symbols()
        shown = {symbol.name for symbol in symbols if symbol["st_shndx"] != "SHN_UNDEF" and symbol.name}
        assert elf.get_section_by_name(".symtab") is None
    assert shown == {"PyInit__native"}


@pytest.mark.parametrize("wheel", [CLIENT, PROGRAMS], ids=["client", "programs"])
def test_no_binary_tells_where_it_was_built(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            for place in (os.getcwd(), os.path.expanduser("~")):
                assert place.encode() + b"/" not in archive.read(name), f"{name} names {place}"


def test_the_page_of_the_package_is_its_readme_and_it_depends_on_nothing() -> None:
    with zipfile.ZipFile(CLIENT) as archive:
        told = email.message_from_bytes(archive.read(f"axiomo-{VERSION}.dist-info/METADATA"))
        entry_points = archive.read(f"axiomo-{VERSION}.dist-info/entry_points.txt").decode()
    assert told["Requires-Python"] == ">=3.10"
    assert told["License-Expression"] == "MIT OR Apache-2.0"
    [needed] = told.get_all("Requires-Dist")
    assert re.fullmatch(rf"axiomo-mock-server==0\.1\.0 ?; extra == ['\"]testing['\"]", needed), needed
    assert told.get_payload().strip() == Path("bindings-python/README.md").read_text(encoding="utf-8").strip()
    assert "[pytest11]\naxiomo=axiomo.testing.pytest_plugin" in entry_points.replace(" = ", "=")


def test_all_have_the_version_of_the_workspace_and_of_each_other() -> None:
    workspace = re.search(r'^version = "(.+)"', Path("Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert workspace is not None
    extra = re.search(r'axiomo-mock-server==([^"]+)', Path("bindings-python/pyproject.toml").read_text(encoding="utf-8"))
    assert extra is not None
    assert {workspace[1], extra[1], PROGRAMS.name.split("-")[1], SOURCE.name.removesuffix(".tar.gz").split("-")[1]} == {VERSION}
