"""What `roles` answers: planted roles are found, intervals hold what they say, months tell who moves."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from given import table
from hypothesis import given, settings
from hypothesis import strategies as st
from program import fine
from scipy.optimize import minimize

from influence_graph import RoleAnchors, Roles, read, read_anchors, roles
from influence_graph.cli import answer
from influence_graph.errors import ExitCode, TablesError, UsageError
from influence_graph.explanation.who import find_person
from influence_graph.language import LANGUAGES, say, speaking
from influence_graph.map import map_tables
from influence_graph.network import build
from influence_graph.people import ROLES, memberships, tell_person
from influence_graph.people.declared import named_role
from influence_graph.people.history import Record
from influence_graph.people.intervals import intervals
from influence_graph.people.paths import NEW, STATES, course, moves
from influence_graph.people.sentences import tell_moves
from influence_graph.tables.schema import Tables
from influence_graph.views.report.course import course as block_of_course
from influence_graph.world.casting import cast, plant

MEASURES = ["audience", "exclusive_reach", "two_hop_reach"]
SEEDS = 20
DOCS = Path(__file__).parents[1] / "docs" / "roles.md"


def held(tables: Tables, who: pd.Series) -> np.ndarray:
    network = build(tables)
    unknown = pd.DataFrame(np.nan, index=network.nodes.index, columns=MEASURES)
    return memberships(tables, network, unknown).reindex(who)[list(ROLES)].to_numpy()


def sure(tables: Tables) -> pd.DataFrame:
    network = build(tables)
    unknown = pd.DataFrame(np.nan, index=network.nodes.index, columns=MEASURES)
    return intervals(Record.of(tables, network, unknown, RoleAnchors()))


@cache
def cast_of(seed: int, people: int = 35) -> tuple[pd.DataFrame, Tables]:
    planted = plant(people, seed=seed)
    return planted, cast(planted, seed=seed)


@cache
def small() -> Roles:
    return roles(cast_of(3, 25)[1])


def test_clicks_of_nobody_known_are_no_role() -> None:
    """Orders without buyers and one click: nobody is there to have a course of roles."""
    tables = Tables(
        conversions=table("conversions", conversion_id=["o1"], ordered_at=["2024-01-02"]),
        touches=table("touches", person_id=["v"], creator_id=["u"], touched_at=["2024-01-01"], kind=["click"]),
    )
    network = build(tables)
    unknown = pd.DataFrame(np.nan, index=network.nodes.index, columns=MEASURES)
    assert course(Record.of(tables, network, unknown, RoleAnchors())) is None


# ------------------------------------------------------------------------------------------------------ planted worlds


def test_planted_memberships_are_found_in_twenty_worlds() -> None:
    """One power and two weights learnt on one world; judged on twenty others. Without them it is hardly worse."""

    def calibrated(found: np.ndarray, by: np.ndarray) -> np.ndarray:
        weight = np.clip(found, 1e-4, 1.0) ** by[0] * np.exp([0.0, by[1], by[2]])
        return weight / weight.sum(axis=1, keepdims=True)

    def both(seed: int) -> tuple[np.ndarray, np.ndarray]:
        planted, tables = cast_of(seed)
        found = held(tables, planted["person_id"])
        known = np.isfinite(found).all(axis=1)
        assert known.mean() > 0.9
        return planted.loc[known, list(ROLES)].to_numpy(), found[known]

    truth, found = both(100)
    by = minimize(lambda x: np.abs(calibrated(found, x) - truth).mean(), [1.0, 0.0, 0.0], method="Nelder-Mead").x
    worlds = [both(seed) for seed in range(SEEDS)]
    errors = [np.abs(calibrated(found, by) - truth).mean() for truth, found in worlds]
    assert np.mean(errors) <= 0.1, errors
    assert np.mean([np.abs(found - truth).mean() for truth, found in worlds]) <= 0.1
    chance = np.mean([np.abs(found[::-1] - truth).mean() for truth, found in worlds])
    assert chance > 0.25


def test_intervals_over_campaigns_hold_nine_times_in_ten() -> None:
    """The same people in other campaigns, drawn anew: where their memberships lie on average is what is meant."""
    planted = plant(45, seed=7)
    who = planted["person_id"]
    middle = np.nanmedian([held(cast(planted, seed=1000 + seed), who) for seed in range(15)], axis=0)
    inside, known = [], []
    for seed in range(3):
        found = sure(cast(planted, seed=2000 + seed)).reindex(who)
        low, high = (found[[f"{role}_{end}" for role in ROLES]].to_numpy() for end in ("low", "high"))
        told = np.isfinite(low)
        inside.append(((low - 1e-9 <= middle) & (middle <= high + 1e-9))[told].mean())
        known.append(told.mean())
    assert 0.85 <= np.mean(inside) <= 0.95, inside
    assert np.mean(known) > 0.7


def test_intervals_are_the_jackknife_by_hand() -> None:
    planted, tables = cast_of(3, 25)
    who = planted["person_id"]
    campaigns = sorted(tables.shares["campaign_id"].unique())

    def without(campaign: str | None) -> np.ndarray:
        shares = tables.shares[tables.shares["campaign_id"] != campaign]
        bought = tables.conversions[tables.conversions["campaign_id"] != campaign]
        touches = tables.touches[tables.touches["share_id"].isin(shares["share_id"])]
        part = replace(tables, shares=shares, conversions=bought, touches=touches)
        return np.arcsin(np.sqrt(np.nan_to_num(held(part, who))))

    left_out = np.array([without(campaign) for campaign in campaigns])
    g = len(campaigns)
    error = np.sqrt((g - 1) / g * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    t = 1.7958848187  # Student's t, 11 degrees of freedom, 95 %
    expected = np.sin(np.clip(without(None) - t * error, 0, np.pi / 2)) ** 2
    found = sure(tables).reindex(who)
    several = (found["blocks"] > 1).to_numpy()
    assert g == 12
    assert found[[f"{role}_low" for role in ROLES]].to_numpy()[several] == pytest.approx(expected[several])
    assert found.loc[~several, [f"{role}_low" for role in ROLES]].isna().all(axis=None)
    assert (~several).any()


def test_who_was_seen_once_has_no_interval() -> None:
    shares = table(
        "shares", share_id=list("abcd"), person_id=["ann", "ann", "bob", "bob"], deal=["none"] * 4,
        shared_at=["2024-01-01", "2024-02-01", "2024-03-01", "2024-03-02"],
    )  # fmt: skip
    found = sure(Tables(shares=shares))
    assert found.loc["ann", ["advocate_low", "advocate_high"]].notna().all()
    assert found.loc["bob", ["advocate_low", "advocate_high"]].isna().all()
    assert found["blocks"].tolist() == [2, 1]  # no campaigns: months take their place
    two = sure(Tables(shares=shares[:2]))
    assert two[["advocate_low", "ugc_high"]].isna().all(axis=None)


# ----------------------------------------------------------------------------------------------------- over the months


def of_linh() -> Tables:
    """Linh buys in January, recommends from February on, makes videos for the brand from April, and grows."""
    months = range(2, 8)
    posts = [(f"r{m}", f"2024-{m:02}-10", "review", "none") for m in months]
    posts += [(f"v{m}{i}", f"2024-{m:02}-{i + 1:02}", "video", "fee") for m in range(4, 8) for i in range(8)]
    ids, at, kind, deal = zip(*posts, strict=True)
    return Tables(
        shares=table("shares", share_id=ids, person_id=["linh"] * len(ids), shared_at=at, kind=kind, deal=deal),
        conversions=table("conversions", conversion_id=["o"], person_id=["linh"], converted_at=["2024-01-05"]),
        followers=table(
            "followers", creator_id=["linh"] * 2, at=["2024-01-01", "2024-07-01"], followers=[900.0, 300_000.0]
        ),
        creators=table("creators", creator_id=["linh"], followers=[300_000.0], declared_role=["UGC Creator"]),
    )


def test_a_path_from_buyer_to_influencer() -> None:
    found = roles(of_linh())
    path = found.paths.set_index("month")
    assert path.index.tolist() == [f"2024-{month:02}" for month in range(1, 8)]
    assert path.loc["2024-01", list(STATES)].tolist() == [1, 0, 0, 0]
    assert path.loc["2024-03", "advocate"] > 0.6
    assert path.loc["2024-06", "ugc"] > path.loc["2024-03", "ugc"] + 0.2
    assert path.loc["2024-06", "influencer"] == 0  # 900 followers then
    assert path.loc["2024-07", "influencer"] > 0.3
    assert path[list(STATES)].sum(axis=1).to_numpy() == pytest.approx(1)
    flow = found.moves.set_index(["month", "source", "target"])["people"]
    assert flow["2024-01", NEW, "buyer"] == pytest.approx(1)
    assert flow["2024-02", "buyer", "advocate"] + flow.get(("2024-02", "buyer", "ugc"), 0) == pytest.approx(1)
    assert flow["2024-07", "advocate", "influencer"] > 0.1
    assert found.people.loc[0, "influencer"] == pytest.approx(path.loc["2024-07", "influencer"])


def test_who_goes_on_as_ever_is_not_told_to_have_changed() -> None:
    """Ten people post the same every month: evidence adds up, and that is said; of buyers who recommend it is not."""
    months = range(1, 9)
    posts = [
        (f"{who}-{m}-{i}", who, f"2024-{m:02}-{i + 3:02}") for who in "abcdefghij" for m in months for i in range(3)
    ]
    ids, who, at = zip(*posts, strict=True)
    shares = table("shares", share_id=ids, person_id=who, shared_at=at, kind=["video"] * len(ids))
    creators = table("creators", creator_id=list("abcdefghij"), followers=[50_000.0] * 10)
    steady = {note.id for note in roles(Tables(shares=shares, creators=creators)).notes}
    assert steady >= {"people.moved", "people.evidence-adds-up"}
    bought = pd.DataFrame({"month": "2024-02", "source": "buyer", "target": "advocate", "people": [3.0]})
    assert [note.id for note in tell_moves(bought)] == ["people.moved"]


def test_the_course_of_roles_is_the_sum_of_paths_and_stands_in_the_report() -> None:
    found = roles(of_linh())
    result = map_tables(of_linh(), backtest=False)
    assert result.course is not None
    months = result.course.months.set_index("month")
    assert months[list(STATES)].to_numpy() == pytest.approx(found.paths.set_index("month")[list(STATES)].to_numpy())
    assert (months["people"] == 1).all()
    pd.testing.assert_frame_equal(result.course.moves, found.moves)
    for language in LANGUAGES:
        with speaking(language):
            block = block_of_course(result, "creators")
            assert block is not None
            stacks, ways = (part for part in block.parts if part.kind == "table")
            assert [row.cells[2].parts[0].percent for row in stacks.rows] == pytest.approx(
                (100 * months["buyer"]).tolist()
            )
            total = found.moves.groupby(["source", "target"])["people"].sum()
            first = {(NEW, state): cell.value for state, cell in zip(STATES, ways.rows[0].cells[1:], strict=True)}
            assert first[NEW, "buyer"] == pytest.approx(total[NEW, "buyer"])
    assert block_of_course(replace(result, course=None), "creators") is None
    shares = of_linh().shares
    assert course(Record.of(replace(of_linh(), shares=shares.head(0), conversions=of_linh().conversions.head(0)),
                            result.network, result.measures, RoleAnchors())) is None  # fmt: skip


def test_a_finished_map_has_the_roles_of_its_tables_and_leaves_unasked_what_was_not_asked() -> None:
    result = map_tables(of_linh(), backtest=False, answers=False)
    found, expected = roles(result), roles(of_linh())
    for name in ("people", "signs", "paths", "moves"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name))
    assert [result.groups, result.timing, result.ecosystem, result.talents, result.growth, result.match] == [None] * 6


def test_moves_go_from_what_is_lost_to_what_is_gained() -> None:
    path = pd.DataFrame(
        [("a", "2024-01", 0, 0.9, 0.1, 0), ("a", "2024-02", 0, 0.4, 0.2, 0.4), ("b", "2024-02", 1, 0, 0, 0)],
        columns=["person_id", "month", *STATES],
    )
    told = {(m, s, t): n for m, s, t, n in moves(path).itertuples(index=False)}
    assert told == {
        ("2024-01", NEW, "advocate"): pytest.approx(0.9),
        ("2024-01", NEW, "ugc"): pytest.approx(0.1),
        ("2024-02", "advocate", "influencer"): pytest.approx(0.4),
        ("2024-02", "advocate", "ugc"): pytest.approx(0.1),
        ("2024-02", NEW, "buyer"): pytest.approx(1.0),
    }


parts = st.tuples(*[st.floats(0.01, 1)] * 4).map(lambda weights: [w / sum(weights) for w in weights])


@given(states=st.lists(parts, min_size=1, max_size=5))
def test_moves_add_up_to_what_changed(states: list[list[float]]) -> None:
    rows = [("a", f"2024-{i + 1:02}", *state) for i, state in enumerate(states)]
    told = moves(pd.DataFrame(rows, columns=["person_id", "month", *STATES]))
    for place, state in enumerate(STATES):
        into = told.loc[told["target"].eq(state), "people"].sum()
        out = told.loc[told["source"].eq(state), "people"].sum()
        assert into - out == pytest.approx(states[-1][place], abs=1e-6)


def test_declared_roles_stand_beside_what_was_seen() -> None:
    found = roles(of_linh())
    (row,) = found.declared.to_dict("records")
    assert row["declared_role"] == "UGC Creator"
    assert row["named"] == "ugc"
    assert (row["people"], row["seen"], row["otherwise"]) == (1, 1, 0)
    assert row["ugc"] == pytest.approx(found.people.loc[0, "ugc"])
    assert [named_role(word) for word in ("KOC", "Brand Ambassador", "mega-influencer", "creator", None)] == [
        "advocate", "advocate", "influencer", None, None,
    ]  # fmt: skip
    bare = table("creators", creator_id=["big"], followers=[2e6], declared_role=["advocate"])
    assert roles(Tables(creators=bare)).declared["otherwise"].tolist() == [1]


@settings(max_examples=2)
@given(seed=st.integers(0, 2**16))
def test_the_order_of_rows_and_rows_told_twice_change_nothing(seed: int) -> None:
    tables, whole = cast_of(3, 25)[1], small()
    mixed = {
        name: tables[name].sample(frac=1.0, random_state=seed, ignore_index=True) for name in ("shares", "touches")
    }
    mixed["conversions"] = pd.concat([tables.conversions, tables.conversions], ignore_index=True)
    again = roles(replace(tables, **mixed))
    for name in ("people", "signs", "paths", "moves"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(whole, name))


# ------------------------------------------------------------------------------------------------------------ settings


def test_the_file_on_the_page_holds_the_settings_in_force(tmp_path: Path) -> None:
    (told,) = re.findall(r"^```toml\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "roles.toml").write_text(told, encoding="utf-8")
    assert read_anchors(tmp_path / "roles.toml") == RoleAnchors()


def test_a_file_says_what_counts(tmp_path: Path) -> None:
    file = tmp_path / "roles.toml"
    file.write_text("alpha = 1\n[anchors]\nposts = [1, 10]\n[evidence]\nugc = ['posts']\n", encoding="utf-8")
    config = read_anchors(file)
    assert (config.alpha, config.posts, config.ugc) == (1, (1, 10), ("posts",))
    assert config.advocate == RoleAnchors().advocate
    found = roles(of_linh(), config=config)
    posts = found.signs.loc["linh", "posts"]
    assert found.people.loc[0, "evidence_ugc"] == min(np.log10(posts), 1)
    words = [say(note.id, **note.numbers) for note in tell_person(found, "linh", called="Linh")]
    assert any("to the power of 1," in text for text in words)
    assert any(re.search(r"original posts: 38, .* from 1 \(0\) to 10 \(1\)", text) for text in words)


def test_what_a_part_of_the_follows_tells_of_all_is_said_so() -> None:
    follows = table("follows", follower_id=["x", "y", "z"], followed_id=["a", "a", "x"])
    shares = table("shares", share_id=["s"], person_id=["a"], shared_at=["2026-01-01T00:00Z"])
    for followers, word in ((20, "scaled up from 2 for the 2 whose"), (2, "no other creator reaches: 2, which")):
        creators = table("creators", creator_id=["a"], followers=[followers])
        found = roles(Tables(creators=creators, follows=follows, shares=shares))
        words = [say(note.id, **note.numbers) for note in tell_person(found, "a", called="A")]
        assert sum(word in text for text in words) == 1, words
        assert any("scaled up from 3" in text for text in words) == (followers > 2)  # x, y, and z behind x


def test_who_counted_reshares_is_said() -> None:
    rows = {"share_id": ["s", "t"], "person_id": ["a", "b"], "views": [1_000.0, 900.0], "reshares": [20.0, None]}
    rows["shared_at"] = ["2026-01-01T00:00Z"] * 2
    named = {**rows, "parent_share_id": [None, "s"]}
    for told, counted in ((rows, True), (named, False)):
        found = roles(Tables(shares=table("shares", **told)))
        words = [say(note.id, **note.numbers) for note in tell_person(found, "a", called="A")]
        of_it = [text for text in words if "as counted on each post" in text]
        assert len(of_it) == (2 if counted else 0), words
        assert any("per 1,000 exposures: 10, which" in text for text in of_it) == counted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alpha = 'two'", "alpha to two"),
        ("beta = 2", "beta, which does not exist"),
        ("anchors = 3", "anchors to 3"),
        ("[anchors]\nposts = [1]", "anchors.posts to"),
        ("[anchors]\npost = [1, 2]", "anchors.post, which"),
        ("[anchors]\nposts = [2, 1]", "anchors of posts are 2 and 1"),
        ("[evidence]\nugc = ['charm']", "no sign charm"),
        ("[evidence]\nugc = []", "No sign speaks for ugc"),
        ("[evidence]\nugc = ['months']", "months is named twice"),
        ("alpha = ", "can't be read"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "roles.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        read_anchors(file)


def test_without_anybody_there_is_nothing_to_tell() -> None:
    with pytest.raises(TablesError, match="nobody to tell"):
        roles(Tables())
    buyers = table("conversions", conversion_id=["1"], person_id=["x"], converted_at=["2024-01-01"])
    found = roles(Tables(conversions=buyers))
    assert [note.id for note in found.notes] == ["people.no-evidence"]
    assert found.paths.empty
    assert found.moves.empty
    assert next(note.id for note in tell_person(found, "x", called="X")) == "people.one-none"
    assert [note.id for note in tell_person(found, "y", called="Y")] == ["people.one-nothing"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_worded(language: str) -> None:
    with speaking(language):
        for found in (small(), roles(of_linh())):
            told = [*found.notes, *tell_person(found, found.people["person_id"][0], called="Linh")]
            assert all("{" not in say(note.id, **note.numbers) for note in told)


# ------------------------------------------------------------------------------------------------------- on the screen


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
