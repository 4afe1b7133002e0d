"""Import contracts that import-linter does not ship; named in ``.importlinter``."""

from __future__ import annotations

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PrivateModules(Contract):
    """Some files of a context are nobody else's: other contexts use its actions and reads.

    Tests may look into any table: they prove what was written, and nothing depends on them.
    """

    type_name = "private"

    root = fields.StringField()
    private = fields.ListField(subfield=fields.StringField())
    allow = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find imports of a private file from outside its own context."""
        del verbose
        allowed, private = _names(self.allow), _names(self.private)
        bad: list[tuple[str, str]] = []
        for module in sorted(graph.modules):
            parts = module.split(".")
            if parts[0] != str(self.root) or len(parts) < 3 or parts[2] not in private:
                continue
            home = ".".join(parts[:2])
            for importer in sorted(graph.find_modules_that_directly_import(module)):
                steps = importer.split(".")
                inside = ".".join(steps[:2]) == home
                if not inside and "tests" not in steps and steps[1] not in allowed:
                    bad.append((importer, module))
        return ContractCheck(kept=not bad, metadata={"bad": bad})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say who imports what, and what to use instead."""
        for importer, module in check.metadata["bad"]:
            output.print_error(f"{importer} imports {module}; use its actions or reads")


class OnlyIn(Contract):
    """Some outside packages may be imported by the named contexts alone."""

    type_name = "only_in"

    packages = fields.ListField(subfield=fields.StringField())
    contexts = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find imports of the packages from any other context."""
        del verbose
        bad: list[tuple[str, str]] = []
        contexts = _names(self.contexts)
        for package in sorted(_names(self.packages)):
            if package not in graph.modules:
                continue
            for importer in sorted(graph.find_modules_that_directly_import(package)):
                if importer.split(".")[1] not in contexts:
                    bad.append((importer, package))
        return ContractCheck(kept=not bad, metadata={"bad": bad})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say who imports what."""
        for importer, package in check.metadata["bad"]:
            output.print_error(f"{importer} imports {package}, which is not for this context")


def _names(field: Any) -> set[str]:
    """A field declared on the class holds its parsed value on the instance."""
    return set(field or ())
