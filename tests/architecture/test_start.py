"""What a start pays for: libraries that a rare request needs are imported where they are used."""

import os
import subprocess
import sys

import pytest

from tests.paths import ROOT

# Each costs between a tenth and a whole second of processor time, and tens of megabytes.
HEAVY = {
    "PIL", "docx", "duckdb", "numpy", "onnxruntime", "opencc", "openpyxl", "pandas", "polars",
    "pyarrow", "pypinyin", "rapidocr", "redis", "reportlab", "scipy", "sklearn", "zxingcpp",
}  # fmt: skip


@pytest.mark.parametrize(
    "modules",
    [
        pytest.param("kaibo.site.cli, kaibo.site.commands.serve", id="front"),
        pytest.param("kaibo.site.asgi, kaibo.site.urls", id="back office"),
    ],
)
def test_a_start_imports_no_heavy_library(modules: str) -> None:
    """In a process of its own: here others have imported them already."""
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, {modules}; print(*sys.modules)"],
        cwd=ROOT,
        env=os.environ | {"KAIBO_DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    loaded = {name.partition(".")[0] for name in told.stdout.split()}
    assert "django" in loaded
    assert loaded & HEAVY == set()
