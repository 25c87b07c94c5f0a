"""Fresh environments that need no network: the dependencies are those of the running one."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def packages() -> list[str]:
    """The folders this environment imports third-party packages from, without the code under test."""
    folders = [path for path in sys.path if path and Path(path).name in ("site-packages", "dist-packages")]
    return [*dict.fromkeys([sysconfig.get_path("purelib"), *site.getsitepackages(), *folders])]


class Environment:
    """A virtual environment without difflint; what is installed into it wins over borrowed packages."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False, symlinks=True)
        self.bin = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = str(self.bin / "python")
        own = self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        Path(own, "borrowed.pth").write_text("\n".join(packages()), encoding="utf-8")

    def install(self, *arguments: str) -> None:
        """Install with the running environment's pip, from local files alone."""
        command = [sys.executable, "-m", "pip", "--python", self.python, "install", "--quiet"]
        subprocess.run([*command, "--no-deps", "--no-index", *arguments], check=True, env=clean())

    def run(self, *arguments: str, cwd: Path | None = None, program: str = "python") -> str:
        """What a program of the environment prints."""
        result = subprocess.run(
            [str(self.bin / program), *arguments], check=True, capture_output=True, text=True, cwd=cwd, env=clean()
        )
        return result.stdout


def clean() -> dict[str, str]:
    """The process's environment without paths to the code under test."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
