"""Puts the programs into the wheel.

``AXIOMO_PROGRAMS`` names the folder with both of them, ``AXIOMO_WHEEL_PLATFORM`` what they run on, as a wheel's name
says it. `cargo xtask package` sets both.
"""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PROGRAMS = ("axiomo", "axiomo-mock-server")


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder, platform = os.environ.get("AXIOMO_PROGRAMS"), os.environ.get("AXIOMO_WHEEL_PLATFORM")
        if not folder or not platform:
            raise RuntimeError("AXIOMO_PROGRAMS and AXIOMO_WHEEL_PLATFORM are to be set; `cargo xtask package` does so")
        suffix = ".exe" if platform.startswith("win") else ""
        for name in PROGRAMS:
            program = Path(folder) / (name + suffix)
            if not program.is_file():
                raise RuntimeError(f"there is no {program}")
            build_data["shared_scripts"][str(program)] = program.name
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
