"""An experiment from end to end as a strategist runs it: drawn in a planted world, run there, and read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from program import fine, run
from rich.cells import cell_len

from influence_graph.errors import ExitCode
from influence_graph.world import make

START = "2025-06-02"
DAYS = 28
ADDED = 9.0
"""Orders that each activated creator brings, planted."""
Told = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="module")
def world() -> dict[str, pd.DataFrame]:
    """A programme before its first post: its tables, those of the window included."""
    made = make("null", people=2_500, creators=40, campaigns=6, seed=2, mean_follows=1.3, organic=1_800.0)
    return {name: made.tables[name] for name in ("creators", "follows", "conversions", "campaigns")}


def write(tables: dict[str, pd.DataFrame], folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, frame in tables.items():
        frame.dropna(axis="columns", how="all").to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def designed(world: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The design of an experiment, from what was there when it began."""
    place = tmp_path_factory.mktemp("experiment")
    bought = world["conversions"]
    earlier = bought[bought["converted_at"] < pd.Timestamp(START, tz="UTC")]
    tables = write(world | {"conversions": earlier}, place / "before")
    words = ("--start", START, "--days", str(DAYS), "--seed", "7", "--out", place / "trial")
    return place, json.loads(fine("experiment", "design", tables, *words, "--json").stdout)


@pytest.fixture(scope="module")
def since(world: dict[str, pd.DataFrame], designed: Told) -> Path:
    """The tables after it: each activated creator posted once and moved some of their followers, nobody else did."""
    place, told = designed
    rng = np.random.default_rng(4)
    start = pd.Timestamp(START, tz="UTC")
    posts, orders = [], []
    for one in told["creators"]:
        if one["activate"]:
            followers = world["follows"].loc[world["follows"]["followed_id"].eq(one["creator_id"]), "follower_id"]
            at = start + pd.Timedelta(days=rng.random() * 12)
            posts.append({"share_id": f"post-{one['creator_id']}", "person_id": one["creator_id"], "shared_at": at})
            delays = rng.exponential(3.0, rng.poisson(ADDED)).clip(max=14.0)
            for person, delay in zip(rng.choice(followers, len(delays)), delays, strict=True):
                orders.append({"person_id": person, "converted_at": at + pd.Timedelta(days=delay)})
    added = pd.DataFrame(orders).assign(campaign_id="launch-6")
    added["conversion_id"] = [f"added-{i}" for i in range(len(orders))]
    shares = pd.DataFrame(posts).assign(campaign_id="launch-6")
    return write(world | {"shares": shares, "conversions": pd.concat([world["conversions"], added])}, place / "since")


def test_a_design_is_a_folder_and_a_page(designed: Told) -> None:
    place, told = designed
    assert {path.name for path in (place / "trial").iterdir()} == {"design.json", "activate.csv"}
    kept = json.loads((place / "trial" / "design.json").read_text(encoding="utf-8"))
    assert {file["file"] for file in kept.pop("inputs")} >= {"conversions.csv", "follows.csv"}
    assert kept.items() <= told.items()
    assert kept["start"] == f"{START}T00:00:00+00:00"
    listed = pd.read_csv(place / "trial" / "activate.csv")
    assert listed["activate"].value_counts().to_dict() == {"yes": 20, "no": 20}
    chosen = [one["creator_id"] for one in told["creators"] if one["activate"]]
    assert list(listed.loc[listed["activate"].eq("yes"), "creator_id"]) == chosen
    text = (place / "trial" / "design.json").read_text(encoding="utf-8")
    assert not any(person in text for person in ("p000050", "p001000", "p002400"))  # creators alone are named
    assert {rule["id"] for rule in told["rules"]} >= {"experiment.do-activate", "experiment.do-leave"}


def test_the_experiment_finds_what_was_planted_and_the_model_agrees(designed: Told, since: Path) -> None:
    place, _ = designed
    told = json.loads(fine("experiment", "read", place / "trial", since, "--json").stdout)
    assert told["p_value"] <= 0.05
    assert told["effect"]["low"] <= ADDED <= told["effect"]["high"]
    assert told["effect"]["low"] > 0
    assert told["total"]["value"] == pytest.approx(20 * told["effect"]["value"])
    assert told["total"]["low"] <= told["model"]["value"] <= told["total"]["high"]
    notes = {note["id"] for note in told["notes"]}
    assert notes == {"experiment.found-more", "experiment.some-draws", "experiment.model-agrees"}
    driven = pd.DataFrame(told["creators"]).groupby("activate")["driven"].sum()
    assert driven[True] > 5 * driven[False]


def test_the_answer_fits_the_screen_in_both_languages(designed: Told, since: Path, tmp_path: Path) -> None:
    place, _ = designed
    words = ("experiment", "read", place / "trial" / "design.json", since, "--no-model")
    done = fine(*words)
    assert "Activating works here" in done.stdout
    assert "the model said" not in done.stdout
    assert done.stderr.splitlines() == ["Reading the tables", "Counting the orders since"]
    vietnamese = fine(*words, "--lang", "vi", "--quiet")
    assert "Kích hoạt có tác dụng" in vietnamese.stdout
    assert vietnamese.stderr == ""
    assert max(map(cell_len, (done.stdout + vietnamese.stdout).splitlines())) <= 80
    fine(*words, "--csv", "--out", tmp_path / "read.csv")
    rows = pd.read_csv(tmp_path / "read.csv")
    assert {"creator_id", "activate", "block", "expected", "orders", "posts"} <= set(rows)
    assert len(rows) == 40


def test_a_second_draw_into_the_same_folder_is_refused(designed: Told) -> None:
    place, _ = designed
    before = (place / "trial" / "design.json").read_bytes()
    done = run("experiment", "design", place / "before", "--start", START, "--seed", "8", "--out", place / "trial")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert "drawn once" in done.stderr
    assert (place / "trial" / "design.json").read_bytes() == before
    assert run("experiment", "read", place / "trial", place / "before", "--quiet").returncode == ExitCode.TABLES


def test_a_shortlist_a_number_and_a_zone(designed: Told, tmp_path: Path) -> None:
    place, _ = designed
    (tmp_path / "list.txt").write_text("\n".join([f"@C{i:04}" for i in range(12)] + ["stranger"]))
    words = ["--start", "02/06/2025", "--timezone", "Asia/Ho_Chi_Minh", "--take", "4", "--apart", "0.9"]
    done = fine("experiment", "design", place / "before", "--shortlist", tmp_path / "list.txt", *words, cwd=tmp_path)
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    assert "stranger" in done.stdout
    assert "influence-graph experiment read experiment/design.json" in " ".join(done.stdout.split())
    kept = json.loads((tmp_path / "experiment" / "design.json").read_text(encoding="utf-8"))
    assert (kept["start"], kept["take"], kept["apart"]) == ("2025-06-02T00:00:00+07:00", 4, 0.9)
    listed = fine("experiment", "design", place / "before", *words, "--csv", "--out", tmp_path / "again").stdout
    assert (tmp_path / "again" / "activate.csv").read_text(encoding="utf-8-sig") == listed


def refusals() -> Iterator[tuple[list[str], ExitCode, str]]:
    yield ["design", "before"], ExitCode.USAGE, "--start"
    yield ["design", "before", "--start", "soon"], ExitCode.USAGE, "such as 2026-03-01"
    yield ["design", "before", "--start", START, "--take", "4", "--share", "0.5"], ExitCode.USAGE, "one of them"
    yield ["design", "before", "--start", START, "--share", "4"], ExitCode.USAGE, "from 0 to 1"
    yield ["design", "before", "--start", START, "--days", "0"], ExitCode.USAGE, "above 0"
    yield ["design", "before", "--start", START, "--take", "40"], ExitCode.USAGE, "from 1 to 39"
    yield ["design", "before", "--start", START, "--shortlist", "no.csv"], ExitCode.USAGE, "no.csv is not there"
    yield ["design", "before", "--start", "2020-01-01"], ExitCode.TABLES, "earlier orders"
    yield ["read", "nowhere", "before"], ExitCode.USAGE, "nowhere is not there"
    yield ["read", "before/follows.csv", "before"], ExitCode.USAGE, "is not a design"


@pytest.mark.parametrize(("words", "code", "said"), [*refusals()])
def test_refusals_are_one_sentence(words: list[str], code: ExitCode, said: str, designed: Told) -> None:
    place, _ = designed
    done = run("experiment", *words, "--quiet", cwd=place)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (place / "experiment").exists()
