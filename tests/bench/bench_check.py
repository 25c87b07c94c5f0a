"""CPU of `difflint check` against LibCST parsing the same files, side by side in one process.

    python tests/bench/bench_check.py FOLDER…

Only files that mention a framework are parsed and checked. They are parsed before and after the
check, and the mean counts: machines change their pace; and in another process, whose memory does not
count. Prints seconds, the ratio, findings per 1,000 lines, and the peak memory in MB.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import libcst

from difflint.catalogue.load import load
from difflint.check import Request, check
from difflint.config import Config
from difflint.diagnose import Selection
from difflint.diagnostic import Severity


def parse(texts: list[str]) -> float:
    """Seconds to parse texts, without collections in between."""
    gc.disable()
    start = time.process_time()
    for text in texts:
        libcst.parse_module(text)
    seconds = time.process_time() - start
    gc.enable()
    return seconds


def aside(texts: list[str]) -> float:
    """`parse` in a process of its own."""
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(parse, texts).result()


def main() -> None:
    """Measure each folder given."""
    roots = {root.encode() for item in load().frameworks.values() if item.differentiable for root in item.modules}
    for folder in map(Path, sys.argv[1:]):
        files = [path for path in sorted(folder.rglob("*.py")) if any(root in path.read_bytes() for root in roots)]
        texts = [path.read_text(encoding="utf-8") for path in files]
        before = aside(texts)
        start = time.process_time()
        result = check(Request(tuple(files), Config(root=folder), Selection(), cwd=folder))
        checking = time.process_time() - start
        parsing = (before + aside(texts)) / 2
        shown = [item for item in result.diagnostics if item.severity is not Severity.INFO]
        lines = sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = sum(map(len, texts)) / 1e6
        print(f"{folder.name}: {size:.1f} MB, parse {parsing:.2f} s, check {checking:.2f} s, peak {peak:.0f} MB")
        print(f"  ratio {checking / parsing:.2f}, {len(result.errors)} errors")
        print(f"  {len(shown)} findings, {1000 * len(shown) / lines:.2f} per 1,000 lines")


if __name__ == "__main__":
    main()
