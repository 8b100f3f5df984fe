"""`roles` as a user runs it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from linh import of_linh
from program import fine

from influence_graph import read, roles
from influence_graph.cli import answer
from influence_graph.errors import ExitCode, UsageError
from influence_graph.explanation.who import find_person


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("roles")
    tables = of_linh()
    for name in ("shares", "conversions", "followers", "creators"):
        tables[name].dropna(axis="columns", how="all").to_csv(folder / f"{name}.csv", index=False)
    fan = "share_id,person_id,shared_at,deal,kind\n" + "".join(
        f"f{m},hoa,2024-{m:02}-03,none,review\n" for m in range(1, 7)
    )
    (folder / "reviews.csv").write_text(fan, encoding="utf-8")
    yield folder


def test_the_command_answers_in_three_forms(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    screen = fine("roles", exports, "--quiet").stdout
    assert "declared UGC Creator" in screen
    assert "hoa" not in screen
    assert answer(["roles", str(exports), "--csv", "--quiet"]) == ExitCode.FINE
    rows = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert rows["person_id"].str.startswith(("linh", "person-")).all()
    assert answer(["roles", str(exports), "--json", "--quiet", "--names", "all"]) == ExitCode.FINE
    told = json.loads(capsys.readouterr().out)
    assert (
        {row["person_id"] for row in told["people"]} == {"linh", "hoa"} == {row["person_id"] for row in told["paths"]}
    )
    assert told["settings"]["alpha"] == 2


def test_one_person_is_explained_with_the_file_that_was_used(
    exports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("alpha = 3\n", encoding="utf-8")
    words = ["roles", str(exports), "--explain", "Linh", "--anchors", str(file), "--quiet", "--lang", "vi"]
    assert answer(words) == ExitCode.FINE
    assert "lũy thừa 3" in capsys.readouterr().out
    assert answer(["roles", str(exports), "--explain", "hoa", "--json", "--quiet"]) == ExitCode.FINE
    other = json.loads(capsys.readouterr().out)
    assert other["person"]["person_id"].startswith("person-")
    assert other["person"]["advocate"] > 0.5


def test_nobody_is_invented(exports: Path) -> None:
    with pytest.raises(UsageError, match="xyz"):
        find_person(roles(read(exports)), "xyz")
