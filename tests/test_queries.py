"""Questions as files: how they are written, read and typed. What they answer is in tests/test_queries_answers.py."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from influence_graph import queries
from influence_graph.cli.cells import columns, hidden, text
from influence_graph.errors import UsageError
from influence_graph.language import speaking
from influence_graph.queries import Parameter, Query
from influence_graph.queries.parameters import values
from influence_graph.queries.query import Language, parse
from influence_graph.store.answers import Answer, Node, Relationship
from influence_graph.store.answers import Path as Way

CHECKOUT = Path(__file__).parents[1]
FOLDER = CHECKOUT / "queries"
FILES = sorted(FOLDER.glob("[0-9][0-9]-*.cypher"))


def error(call: Any, *given: Any) -> UsageError:
    with pytest.raises(UsageError) as caught:
        call(*given)
    assert str(caught.value)
    return caught.value


# How our files are written


def test_there_are_enough_and_none_is_left_out() -> None:
    assert len(FILES) >= 16
    assert [path.name[:2] for path in FILES] == [f"{n:02}" for n in range(1, len(FILES) + 1)]
    assert {path.suffix for path in FOLDER.iterdir()} <= {".cypher", ".grass", ".md", ".py", ".png", ""}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_one_question_and_one_statement(path: Path) -> None:
    words = path.read_text(encoding="utf-8")
    first, second, *rest = words.splitlines()
    assert re.fullmatch(rf"// {path.name[:2]} [A-Z][^?]*\?", first)
    assert re.fullmatch(r"// vi \S.*\?", second)
    assert words.endswith("\n")
    assert not words.endswith("\n\n")
    assert all(len(line) <= 120 and line == line.rstrip() for line in rest)
    assert ";" not in words
    assert "$" not in words, "an unset parameter is an error in Neo4j Browser"
    query = queries.read(path)
    assert query.number == int(path.name[:2])
    assert query.questions["en"] == first[6:]
    assert not re.search(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|DROP|LOAD|FOREACH)\b", query.statement)
    meant = [line for line in rest if line.startswith("//")]
    assert meant == rest[: len(meant)]
    assert [re.match(r"// (\w+): ", line)[1] for line in meant] == [p.name for p in query.parameters]  # type: ignore[index]
    assert all(parameter.default is not None and parameter.meaning for parameter in query.parameters)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_only_results_of_the_complete_run_are_asked_for(path: Path) -> None:
    statement = path.read_text(encoding="utf-8")
    written = (
        r"\b(driven|lift|claimed|betweenness|community|advocate|credit|ripple|organic)\b|:Mix\b|:DROVE\b|:INFLUENCES\b"
    )
    if re.search(written, statement) and "16" not in path.name:
        assert "(run:Run {status: 'complete'})" in statement or "(:Run {status: 'complete'})" in statement
    for pattern in re.findall(r"\[\w*:(?:DROVE|INFLUENCES)[^\]]*\]", statement):
        assert "{run: run.id}" in pattern


def test_the_list_of_parameters_names_all_of_them_as_they_are() -> None:
    text = (FOLDER / "params.cypher").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^:param (\w+) => (.+);$", text, re.MULTILINE))
    assert len(listed) == text.count("\n") - 1
    told: dict[str, set[str]] = {}
    for query in queries.listed():
        for parameter in query.parameters:
            default = parameter.default
            literal = f"'{default}'" if isinstance(default, str) else str(default).lower()
            told.setdefault(parameter.name, set()).add(literal)
    assert listed.keys() == told.keys()
    assert all(literal in told[name] for name, literal in listed.items())


def test_the_guide_answers_for_every_file() -> None:
    guide = (FOLDER / "README.md").read_text(encoding="utf-8")
    for query in queries.listed():
        assert f"[{query.name[:2]}]({query.name}.cypher) | {query.questions['en']}" in guide


# Reading


def test_defaults_become_parameters_and_lines_stay_where_they_are() -> None:
    literals = "WITH 30 AS days, 0.5 AS part, 'a, 1 AS b' AS word, date('2026-03-01') AS day"
    query = parse("q", f"// 01 A?\n// days: how long\n{literals}\nRETURN 1")
    assert query.statement.splitlines()[2] == "WITH $days AS days, $part AS part, $word AS word, $day AS day"
    assert [(p.name, p.default) for p in query.parameters] == [
        ("days", 30), ("part", 0.5), ("word", "a, 1 AS b"), ("day", date(2026, 3, 1)),
    ]  # fmt: skip
    assert query.parameters[0].meaning == "how long"
    assert len(query.statement.splitlines()) == 4


@pytest.mark.parametrize(
    "line",
    [
        "WITH 30 + 1 AS days",
        "WITH 30 AS days, x AS y",
        "WITH 30 AS days WHERE days > 3",
        "WITH [1] AS days",
        "WITH 'it\\'s' AS word",
        "WITH 30 AS `odd name`",
        "RETURN 30 AS days",
    ],
)
def test_anything_else_stays_as_it_is(line: str) -> None:
    query = parse("q", f"{line}\nRETURN 1")
    assert query.statement == f"{line}\nRETURN 1"
    assert not query.parameters


def test_parameters_are_found_where_they_are_ones() -> None:
    words = "// $a\nRETURN $b, '$c', \"$d\", `$e`, $`an odd one` /* $f */ // $g"
    assert [p.name for p in parse("q", words).parameters] == ["b", "an odd one"]
    words = "-- $a\nSELECT $b, '$c''$d', \"$e\" /* $f */"
    assert [p.name for p in parse("q", words, Language.SQL).parameters] == ["b"]


def test_one_statement_a_file() -> None:
    assert parse("q", "RETURN ';' // ;\n;\n// done\n").statement == "RETURN ';' // ;"
    assert error(parse, "q", "RETURN 1; RETURN 2").message == "queries.several"
    for nothing in ("", "// 01 Nothing?\n", "  \n;", "/* ; */"):
        assert error(parse, "q", nothing).message == "queries.empty"


@pytest.mark.parametrize("name", ["07-first-post-to-purchase", "first-post-to-purchase", "07", "7"])
def test_a_query_is_found_by_name_or_number(name: str) -> None:
    assert queries.find(name).number == 7


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    near = error(queries.find, "first-post-to-purchse")
    assert near.message == "queries.unknown-near"
    assert near.numbers["near"].startswith("first-post-to-purchase")
    assert error(queries.find, "99").message == "queries.unknown"
    assert error(queries.find, str(tmp_path / "no.cypher")).message == "queries.no-file"
    (tmp_path / "folder.cypher").mkdir()
    assert error(queries.find, str(tmp_path / "folder.cypher")).message == "queries.unreadable"
    (tmp_path / "latin.cypher").write_bytes("RETURN 'é'".encode("latin-1"))
    assert error(queries.find, str(tmp_path / "latin.cypher")).message == "queries.unreadable"


def test_a_file_of_the_users_own_may_come_from_windows(tmp_path: Path) -> None:
    (tmp_path / "mine.CYPHER").write_bytes("\ufeff// 01 Wer?\r\nWITH 5 AS people\r\nRETURN people\r\n".encode())
    query = queries.find(str(tmp_path / "mine.CYPHER"))
    assert query.question == "Wer?"
    assert query.parameters == (Parameter("people", 5),)


# Typing


QUERY = Query(
    "q", "", parameters=(
        Parameter("whole", 30), Parameter("number", 0.5), Parameter("truth", False), Parameter("word", "driven"),
        Parameter("day", date(2026, 3, 1)), Parameter("free"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("whole", "14", 14), ("whole", "-1", -1), ("number", "2", 2.0), ("number", "1e-3", 0.001),
        ("truth", "true", True),
        ("word", "14", "14"), ("word", "' OR 1=1 //", "' OR 1=1 //"), ("day", "2026-12-31", date(2026, 12, 31)),
        ("free", "14", 14), ("free", "0.25", 0.25), ("free", "true", True), ("free", "2026-12-31", date(2026, 12, 31)),
        ("free", "Mai", "Mai"), ("free", "'14'", "14"), ("free", '"true"', "true"),
        ("free", "0912345678", "0912345678"),
        ("free", "2026-02-30", "2026-02-30"), ("free", "9223372036854775808", 9223372036854775808.0),
        ("free", "", ""), ("free", "nan", "nan"), ("free", "٣", "٣"), ("free", "1_000", "1_000"),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_as_what_is_asked_for(name: str, typed: str, value: Any) -> None:
    told = values(QUERY, {"free": "x", name: typed})[name]
    assert told == value
    assert type(told) is type(value)


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("whole", "3.5", "not-whole"), ("whole", "", "not-whole"), ("whole", "1e3", "not-whole"),
        ("whole", "٣", "not-whole"), ("whole", "9223372036854775808", "not-whole"),
        ("whole", "9" * 5000, "not-whole"), ("number", "half", "not-number"),
        ("number", "nan", "not-number"), ("number", "0x10", "not-number"), ("truth", "yes", "not-truth"),
        ("day", "31/12/2026", "not-date"), ("day", "2026-02-30", "not-date"), ("days", "3", "no-parameter"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(name: str, typed: str, message: str) -> None:
    refused = error(values, QUERY, {"free": "x", name: typed})
    assert refused.message == f"queries.{message}"
    assert name in str(refused)


def test_what_has_to_be_told_is_asked_for_by_name() -> None:
    assert error(values, QUERY, {}).numbers["name"] == "free"
    assert error(values, Query("q", ""), {"days": "3"}).message == "queries.no-parameters"


# Showing


def person(id_: str, *labels: str, **properties: Any) -> Node:
    return Node(id_, ("Person", *labels), {"id": id_, **properties})


def test_others_than_creators_stand_under_their_pseudonym_wherever_they_are() -> None:
    mai, fan = person("mai", "Creator", name="Mai"), person("fan-0912345678")
    follows = Relationship("FOLLOWS", "fan-0912345678", "mai", {})
    whole = Answer(("a",), [(fan,), ([mai, fan],), ({"who": fan},), (Way((fan, mai), (follows,)),)], {})
    shown = [text(row[0]) for row in hidden(whole).rows]
    assert "fan-0912345678" not in "".join(shown)
    assert re.fullmatch(r"person-[0-9a-f]{16} ─FOLLOWS→ Mai", shown[3])
    assert len({word for cell in shown for word in re.findall(r"person-\w+", cell)}) == 1
    assert text(whole.rows[3][0]) == "fan-0912345678 ─FOLLOWS→ Mai"


def test_values_read_well() -> None:
    share = Node("1", ("Share",), {"id": "s1", "kind": "video", "shared_at": datetime(2026, 3, 1, 10, tzinfo=UTC)})
    spring, order = Node("2", ("Campaign",), {"id": "spring"}), Node("3", ("Conversion",), {"id": "o1"})
    way = Way((share, spring, order), (Relationship("IN", "1", "2", {}), Relationship("IN", "3", "2", {})))
    assert text(way) == "video of 2026-03-01 ─IN→ spring ←IN─ order o1"
    assert text(Node("4", ("Person", "Creator"), {"id": "c1", "name": "Mai"})) == "Mai"
    assert text(Node("5", ("Alias",), {"alias": "MAI10", "kind": "code"})) == "Alias MAI10"
    assert text([None, True, 1.5, date(2026, 3, 1)]) == ", yes, 1.5, 2026-03-01"
    assert text({"at": datetime(2026, 3, 1, 10, tzinfo=UTC), "n": 12345}) == "at: 2026-03-01 10:00, n: 12,345"
    with speaking("vi"):
        assert text(12345.5) == "12.345,5"
        assert text(True) == "có"


def test_an_interval_stands_beside_its_number() -> None:
    told = Answer(
        ("name", "driven", "driven_low", "driven_high", "followers", "share_percent", "low"),
        [
            ("Mai", 12.0, 10.5, 14.0, 12000, 3.25, 1),
            ("Linh", 1.0, None, 2.0, 900, None, 2),
            ("Vy", None, None, None, 1, 1.0, 3),
        ],
        {},
    )  # fmt: skip
    shown = {column.heading: column.cells for column in columns(told)}
    assert shown == {
        "name": ("Mai", "Linh", "Vy"),
        "driven": ("12.0 (10.5–14.0)", "1.0 (?–2.0)", ""),
        "followers": ("12,000", "900", "1"),
        "share %": ("3.25", "", "1.00"),
        "low": ("1", "2", "3"),
    }
    assert [column.is_number for column in columns(told)] == [False, True, True, True, True]
