"""The checked tree: its modules, and which of them an import means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from difflint import ir
from difflint.analysis.objects import ModuleObject
from difflint.analysis.project import frameworks_of
from difflint.catalogue.model import Catalogue


class Tree:
    """The modules of a run, in the order of their paths.

    Several files may have one dotted name: scripts in folders that are no packages. An import means
    the one that Python would find from the importing file's folder or the nearest folder above it.
    """

    def __init__(self, modules: Sequence[ir.Module], catalogue: Catalogue) -> None:
        self.modules = [
            ModuleObject(module, frameworks_of(module, catalogue))
            for module in sorted(modules, key=lambda module: module.path)
        ]
        self._named: dict[str, list[tuple[PurePath, ModuleObject]]] = {}
        for module in self.modules:
            self._named.setdefault(module.node.name, []).append((_root(module.node), module))
        self._found: dict[tuple[str, str | None], ModuleObject | None] = {}

    def find(self, name: str, importer: ir.Module | None = None) -> ModuleObject | None:
        """The module that `importer` means by a dotted name; None if it is none of the tree."""
        folder = importer.path.rpartition("/")[0] if importer is not None else None
        key = (name, folder)
        if key not in self._found:
            self._found[key] = self._search(name, PurePath(folder) if folder is not None else None)
        return self._found[key]

    def _search(self, name: str, folder: PurePath | None) -> ModuleObject | None:
        parts = name.split(".")
        candidates: list[tuple[PurePath, ModuleObject]] = []
        for outer in range(len(parts)):
            for root, module in self._named.get(".".join(parts[outer:]), ()):
                if outer == 0 or root.parts[-outer:] == tuple(parts[:outer]):
                    candidates.append((root.parents[outer - 1] if outer else root, module))
        above = [entry for entry in candidates if folder is not None and folder.is_relative_to(entry[0])]
        if above:
            return max(above, key=lambda entry: len(entry[0].parts))[1]
        return next((module for _, module in candidates if module.node.name == name), None)


def _root(module: ir.Module) -> PurePath:
    """The folder from which Python imports a module by its dotted name."""
    path = PurePath(module.path)
    depth = module.name.count(".") + (1 if module.package and path.stem == "__init__" else 0)
    return path.parents[min(depth, len(path.parents) - 1)]
