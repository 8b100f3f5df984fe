"""Compiles the message catalogues while the package is built, and packs the queries, which lie beside the package.

Everything else stands in setup.cfg.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import find_packages, setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """Puts a compiled `.mo` beside every `.po`, for wheels and editable installs alike."""

    def run(self) -> None:
        """Compile, then build as ever."""
        for source in sorted(Path("influence_graph/language").glob("*/LC_MESSAGES/*.po")):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po, locale=source.parents[1].name))
        self.__dict__.pop("data_files", None)  # may have been listed before the catalogues were there
        super().run()


QUERIES = "influence_graph.queries.cypher"

setup(
    cmdclass={"build_py": BuildWithCatalogues},
    packages=[*find_packages(include=["influence_graph", "influence_graph.*"]), QUERIES],
    package_dir={QUERIES: "queries"},
)
