"""Public creator and video tables, read as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from influence_graph.tables import check

DATA = Path(__file__).parents[2] / "shared" / "data"
CREATORS = DATA / "creators_top1000_2022"
VIDEOS = DATA / "tiktok_videos_2020"


@pytest.fixture(scope="module")
def creator_files(require):  # type: ignore[no-untyped-def]
    require("realdata", CREATORS.is_dir(), "creators_top1000_2022 is not there")
    return check(CREATORS)


@pytest.fixture(scope="module")
def video_files(require):  # type: ignore[no-untyped-def]
    require("realdata", VIDEOS.is_dir(), "tiktok_videos_2020 is not there")
    return check(VIDEOS)


def test_every_ranking_is_a_list_of_creators(creator_files) -> None:  # type: ignore[no-untyped-def]
    assert len(creator_files.files) == len([*CREATORS.glob("*.csv")]) == 15
    for file in creator_files.files:
        assert file.table == "creators"
        assert 982 <= file.rows <= 1050
        assert file.refused == 0
        assert {"creator_id", "name", "followers"} <= set(file.columns)
    assert not creator_files.mappable
    assert creator_files.problem is None


def test_rankings_give_handles_and_plausible_followers(creator_files) -> None:  # type: ignore[no-untyped-def]
    creators = creator_files.tables.creators
    by_platform = creators.groupby("platform")["creator_id"]
    for platform in ("instagram", "tiktok"):
        handles = by_platform.get_group(platform)
        assert handles.map(lambda handle: bool(re.fullmatch(r"[\w.]+", handle, re.ASCII))).mean() > 0.98
    assert creators["followers"].notna().all()
    assert creators["followers"].between(1_000, 1_000_000_000).all()
    assert (creators["followers"].median() > 1_000_000) and creators["creator_id"].is_unique


def test_text_numbers_alone_are_read_as_well(creator_files) -> None:  # type: ignore[no-untyped-def]
    (file,) = [file for file in creator_files.files if file.file == "tiktok_2022-11.csv"]
    assert file.columns["followers"] == "Followers"
    assert file.rows == 1000


def test_videos_are_shares_and_their_makers_creators(video_files) -> None:  # type: ignore[no-untyped-def]
    tables = video_files.tables
    assert len(tables.shares) == 50_124
    assert tables.shares["person_id"].nunique() == 1_794
    assert tables.shares["shared_at"].max() < pd.Timestamp("2020-11-09", tz="UTC")
    assert tables.shares["share_id"].str.fullmatch(r"\d{15,19}").mean() > 0.99
    followers = tables.creators.set_index("creator_id")["followers"].reindex(tables.shares["person_id"].unique())
    assert followers.notna().all()
    assert video_files.mappable
    assert not len(tables.faults)
