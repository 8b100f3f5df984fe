"""The examples turn data of others into tables that map."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from program import PROGRAM

from influence_graph.map import map_tables
from influence_graph.tables import read

CHECKOUT = Path(__file__).parents[1]
EXAMPLES = CHECKOUT / "examples"
DAY = 86_400
FILES = {
    "ciao": {
        # 1 trusts 2, 2 trusts 3, 3 trusts 1; 5 is trusted and rates nothing
        "ciao_trust.csv": "truster,trustee\n1,2\n2,3\n3,1\n4,5\n",
        # of the first product: 2 and 4 on day 10, 1 on day 11 and again on day 30, 3 on day 12; 1 alone of the second
        "ciao_ratings.csv": "user,product,category,rating,helpfulness,unix_time\n"
        + "".join(
            f"{user},{product},{product + 6},{rating},3,{day * DAY + 25_200}\n"
            for user, product, rating, day in [
                (1, 1, 2, 30), (2, 1, 5, 10), (1, 1, 4, 11), (3, 1, 1, 12), (4, 1, 3, 10), (1, 2, 5, 12),
            ]
        ),
    },
    "lastfm": {
        "user_friends.dat": "userID\tfriendID\n1\t2\n2\t1\n2\t3\n",
        "artists.csv": 'id,name\n7,"Now, then"\n8,Elsewhere\n',
        # 1 tags artist 7 twice in May, 2 at the end of May, 3 in June; 3 alone tags 8, and "in" 1956
        "user_taggedartists_recovered.csv.gz": "userID,artistID,tagID,date\n1,7,1,2009-05-01\n1,7,2,2009-05-01\n"
        "2,7,1,2009-05-31\n3,7,1,2009-06-01\n3,8,1,2009-06-01\n3,7,4,1956-06-01\n",
    },
    "surveys": {
        # of two villages: 1 and 2 in the first year, 3 in the third, 4 never; 1 of the other in the second
        "brfarmers_nodes.csv": "village,id,toa\n10,1.0,1.0\n10,2.0,1.0\n10,3.0,3.0\n10,4.0,20.0\n22,1.0,2.0\n",
        "brfarmers_edges.csv": "group,ego,alter,relation,alter_in_sample\n10,3,1,net1,True\n10,3,1,net2,True\n"
        "10,4,3,net1,True\n22,1,99,net1,False\n",
    },
    "higgs": {
        # 1 follows 2 and 3; 2 tweets, 1 passes it on; of 4, who is followed by nobody we know, nothing is a share
        "higgs-social_network.first355073.edgelist.gz": "1 2\n1 3\n5 1\n",
        "higgs-activity_time.txt.gz": "2 9 1341100000 MT\n1 2 1341100600 RT\n4 2 1341100700 RT\n1 2 1341100800 RE\n",
    },
    "villages": {
        "households.csv": "loan,hh,village,religion,leader\n1,1,1,a,1\n0,2,1,a,0\n0,3,1,a,0\n1,4,2,b,0\n0,5,2,b,0\n",
        "edges.csv": "hh_a,hh_b\n1,2\n2,1\n1,3\n3,1\n4,5\n5,4\n",
    },
    "accounts": {
        # a fake that follows 900 accounts for each follower and tells nothing of itself, and two who are genuine
        "instagram_fake_genuine_train.csv": "profile pic,description length,#posts,#followers,#follows,fake\n"
        "0,0,0,5,4500,1\n1,40,90,800,300,0\n1,25,60,700,400,0\n",
    },
}  # fmt: skip
FOLDERS = {
    "ciao": "ciao_epinions_style",
    "lastfm": "lastfm_hetrec2011",
    "surveys": "netdiffuser_adoption",
    "higgs": "higgs_twitter_partial",
    "villages": "microfinance_villages",
    "accounts": "instagram_fake_genuine",
}
FIRSTS = ("ciao", "lastfm")
"""Examples in which everybody shows what they take up first."""


def put(name: str, folder: Path) -> Path:
    """The hand-made files of an example."""
    folder.mkdir(parents=True)
    for file, text in FILES[name].items():
        data = text.encode()
        (folder / file).write_bytes(gzip.compress(data) if file.endswith(".gz") else data)
    return folder


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.syspath_prepend(EXAMPLES)

    def example(name: str) -> ModuleType:
        # by its place: tests have a module called accounts too, and whichever comes first would be taken for both
        place = spec_from_file_location(f"examples.{name}", EXAMPLES / f"{name}.py")
        module = module_from_spec(place)
        place.loader.exec_module(module)
        return module

    return example


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return [*frame[[*columns]].itertuples(index=False, name=None)]


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp(0, tz="UTC") + pd.Timedelta(days=number)


def test_ciao_first_ratings_are_shares_and_later_ones_conversions(example, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made = example("ciao").read(put("ciao", tmp_path / "data"))
    told = rows(made["shares"], "person_id", "campaign_id", "shared_at", "rating")
    assert sorted(told) == [
        (1, 1, day(11), 4),
        (1, 2, day(12), 5),
        (2, 1, day(10), 5),
        (3, 1, day(12), 1),
        (4, 1, day(10), 3),
    ]
    later = rows(made["conversions"], "person_id", "campaign_id", "converted_at")
    assert sorted(later) == [(1, 1, day(11)), (3, 1, day(12))], "the first two, on one day, had nobody before them"
    assert rows(made["campaigns"], "campaign_id", "product") == [(1, 7), (2, 8)]
    assert rows(made["creators"], "creator_id", "followers") == [(1, 1), (2, 1), (3, 1), (4, 0)]
    assert (1, 2) in rows(made["follows"], "follower_id", "followed_id"), "the truster follows"


def test_lastfm_friends_follow_one_another_and_time_goes_by_month(example, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made = example("lastfm").read(put("lastfm", tmp_path / "data"))
    may, june = (pd.Timestamp(f"2009-{month}-01", tz="UTC") for month in ("05", "06"))
    told = rows(made["shares"], "person_id", "campaign_id", "shared_at")
    assert sorted(told) == [(1, 7, may), (2, 7, may), (3, 7, june), (3, 8, june)], "nobody tagged anything in 1956"
    assert rows(made["conversions"], "person_id", "campaign_id", "converted_at") == [(3, 7, june)]
    ties = rows(made["follows"], "follower_id", "followed_id")
    assert sorted(ties) == [(1, 2), (2, 1), (2, 3), (3, 2)], "a tie that stands once holds both ways"
    assert rows(made["creators"], "creator_id", "followers") == [(1, 1), (2, 2), (3, 1)]
    assert rows(made["campaigns"], "campaign_id", "name") == [(7, "Now, then"), (8, "Elsewhere")]


def test_surveys_tell_the_year_and_who_names_whom(example, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    data = put("surveys", tmp_path / "data") / "brfarmers"
    made, again = (example("surveys").read(data) for _ in range(2))
    years = {person: shared.year for person, shared in rows(made["shares"], "person_id", "shared_at")}
    assert years == {"10-1": 1950, "10-2": 1950, "10-3": 1952, "22-1": 1951}, "4 never took it up"
    assert set(rows(made["follows"], "follower_id", "followed_id")) == {("10-3", "10-1"), ("10-4", "10-3")}
    assert len(made["conversions"]) == 2, "one of the first year is spread behind the other"
    assert made["shares"].equals(again["shares"])


def test_tweets_are_shares_and_retweets_of_who_is_known_conversions(example, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    made = example("higgs").read(put("higgs", tmp_path / "data"))
    assert rows(made["shares"], "person_id", "kind") == [(2, "MT"), (1, "RT"), (1, "RE")]
    assert rows(made["conversions"], "person_id", "converted_at") == [(1, pd.Timestamp(1341100600, unit="s", tz="UTC"))]
    assert rows(made["creators"], "creator_id", "followers") == [(1, 1), (2, 1), (3, 1)]


def test_villages_score_households_within_their_village(example, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    villages = example("villages")
    told = villages.scores(put("villages", tmp_path / "data"))
    assert told["ties"].tolist() == [2, 1, 1, 1, 1]
    villages.main([str(tmp_path / "data")])
    printed = dict(line.split() for line in capsys.readouterr().out.splitlines()[1:])
    # of 2 with a loan and 3 without: 1 is above both neighbours and both households of the other village, 4 is level
    ranks = told["ties"].groupby(told["village"]).rank(pct=True).tolist()
    pairs = [(ranks[a] > ranks[b]) + 0.5 * (ranks[a] == ranks[b]) for a in (0, 3) for b in (1, 2, 4)]
    assert float(printed["ties"]) == pytest.approx(sum(pairs) / len(pairs), abs=1e-3)


def test_accounts_are_told_by_what_they_show(example, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    accounts = example("accounts")
    file = put("accounts", tmp_path / "data") / "instagram_fake_genuine_train.csv"
    accounts.main([str(file), str(tmp_path / "out")])
    printed = dict(line.split() for line in capsys.readouterr().out.splitlines()[1:3])
    assert printed == {"signals": "1.000", "weight": "1.000"}
    tables = read(tmp_path / "out" / "tables")
    assert not len(tables.faults)
    assert rows(tables.followers, "creator_id", "followers", "following") == [
        ("a0", 5, 4500), ("a1", 800, 300), ("a2", 700, 400),
    ]  # fmt: skip


def test_the_page_shows_what_happens(tmp_path: Path) -> None:
    page = (CHECKOUT / "docs" / "examples.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    shown = [shlex.split(line[1:]) for block in blocks for line in block.splitlines() if line.startswith("$")]
    (tmp_path / "examples").symlink_to(EXAMPLES)
    for name, folder in FOLDERS.items():
        put(name, tmp_path / folder)
    adapters = set()
    for (program, *words), following in zip(shown, [*shown[1:], []], strict=True):
        command = {"python": [sys.executable], "influence-graph": [*PROGRAM]}[program]
        done = subprocess.run([*command, *words], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        if program == "python":
            adapters.add(Path(words[0]).stem)
            if words[0] != "examples/villages.py":
                assert shlex.split(done.stdout.splitlines()[-1]) == following, "the adapter says what to type next"
        elif words[0] == "map":
            assert (tmp_path / words[words.index("--out") + 1] / "people.csv").exists()
    assert adapters == set(FOLDERS)


@pytest.mark.parametrize("name", FIRSTS)
def test_mapped_at_once_when_asked(name: str, tmp_path: Path) -> None:
    command = [sys.executable, EXAMPLES / f"{name}.py", put(name, tmp_path / "data"), tmp_path / "out", "--map"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    people = pd.read_csv(tmp_path / "out" / "map" / "people.csv", dtype={"person_id": "str"})
    assert people["is_creator"].all()
    assert people["driven"].sum() <= len(pd.read_csv(tmp_path / "out" / "tables" / "conversions.csv"))


@pytest.fixture(params=FIRSTS)
def written(request: pytest.FixtureRequest, shared_data: Path, tmp_path: Path) -> tuple[str, Path]:
    """An example's name and its tables, of the whole real data."""
    name = str(request.param)
    command = [sys.executable, EXAMPLES / f"{name}.py", shared_data / FOLDERS[name], tmp_path]
    subprocess.run(command, capture_output=True, check=True)
    return name, tmp_path / "tables"


def test_the_real_data_are_read_without_a_fault(written: tuple[str, Path]) -> None:
    name, folder = written
    tables = read(folder)
    people, shares = {"ciao": (2_248, 36_065 - 230), "lastfm": (1_877, 68_369)}[name]  # as their sources count them
    assert len(tables.shares) == shares
    assert len(tables.creators) == tables.shares["person_id"].nunique() == people
    assert len(tables.follows) == {"ciao": 57_544, "lastfm": 25_434}[name]
    assert not len(tables.faults)
    assert set(tables.sources["table"]) == {"creators", "campaigns", "follows", "shares", "conversions"}
    begun: dict[str, pd.Timestamp] = {}
    later = 0
    for row in tables.shares.sort_values("shared_at").itertuples():
        later += begun.setdefault(str(row.campaign_id), row.shared_at) < row.shared_at
    assert len(tables.conversions) == later


def test_credit_is_conserved_on_real_data(written: tuple[str, Path]) -> None:
    _, folder = written
    tables = read(folder)
    often = tables.shares["campaign_id"].value_counts()
    most_shared = often.index[often.cumsum() <= 3_000]
    part = {
        name: frame[frame["campaign_id"].isin(most_shared)].reset_index(drop=True)
        for name in ("campaigns", "shares", "conversions")
        for frame in (tables[name],)
    }
    result = map_tables(replace(tables, **part), window_days=90.0)
    total = result.run["totals"]
    orders = len(part["conversions"])
    assert result.run["conversions_kept"] == orders > 1_000
    assert result.people["driven"].sum() + total["organic"] == pytest.approx(orders, rel=1e-6)
    assert result.campaigns["driven"].sum() == pytest.approx(result.people["driven"].sum(), rel=1e-6)
    assert result.people["beats_followers"].fillna(False).mean() < 0.1, "hardly any influence is known of here"


@pytest.mark.parametrize(("survey", "answer"), [("brfarmers", "yes"), ("medInnovations", "no evidence")])
def test_farmers_led_one_another_and_doctors_did_not(
    shared_data: Path, tmp_path: Path, survey: str, answer: str
) -> None:
    """As a yearly hazard within villages says: z of a named adopter is 4 for the farmers, -2 for the doctors."""
    command = [sys.executable, EXAMPLES / "surveys.py", shared_data / FOLDERS["surveys"] / survey, tmp_path]
    subprocess.run(command, capture_output=True, check=True)
    words = ["backtest", tmp_path / "tables", "--window", "1826", "--json"]
    done = subprocess.run([*PROGRAM, *words], capture_output=True, encoding="utf-8", check=True)
    verdict = {claim["claim"]: claim["answer"] for claim in json.loads(done.stdout)["verdict"]}
    assert verdict["shares drive conversions"] == answer
