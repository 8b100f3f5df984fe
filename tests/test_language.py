"""Every message the code can say is worded in every language, and nothing else is."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import influence_graph
from influence_graph.language import LANGUAGES, RATE, MissingMessage, choose, current, number, say, speaking

PACKAGE = Path(influence_graph.__file__).parent
CATALOGUES = sorted((PACKAGE / "language").glob("*/LC_MESSAGES/*.po"))
DOMAINS = {path.stem for path in CATALOGUES}
PLURALS = {"en": "nplurals=2; plural=(n != 1);", "vi": "nplurals=1; plural=0;"}
ID = re.compile(r"([a-z_]+)\.[a-z0-9_.-]*[a-z0-9]")
FILE_ENDINGS = tuple(".csv .duckdb .gz .html .j2 .json .parquet .toml .xlsx".split())
SAME = "same:"
"""A translator's comment `# same: reason` lets a wording equal the English one."""


@dataclass(frozen=True)
class Wording:
    """What one catalogue says for one id: one form, or one a plural."""

    forms: tuple[str, ...]
    plural: bool
    comment: str

    @property
    def fields(self) -> set[tuple[str, str]]:
        """The placeholders with their format, over all forms."""
        parsed = (part for form in self.forms for part in string.Formatter().parse(form))
        return {(name, form or "") for _, name, form, _ in parsed if name is not None}


@dataclass(frozen=True)
class Call:
    """A place that words an id, and the numbers it gives (None: not to be seen from here)."""

    where: str
    id: str
    numbers: frozenset[str] | None


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def wording(message: Message) -> Wording:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return Wording(tuple(map(str, forms)), message.pluralizable, " ".join(message.user_comments))


@cache
def worded(language: str) -> dict[str, Wording]:
    paths = (path for path in CATALOGUES if path.parents[1].name == language)
    messages = (message for path in paths for message in catalogue(path) if message.id)
    return {m.id if isinstance(m.id, str) else m.id[0]: wording(m) for m in messages}


def literals() -> Iterator[tuple[str, str]]:
    """Every text in the package's code and data that looks like an id of a catalogue there is."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix == ".py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            parts = {id(word) for node in ast.walk(tree) if is_about_prefixes(node) for word in node.args}
            texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in parts]
        elif path.parent.name in ("exports", "templates"):
            texts = re.findall(r"""["']([a-z_]+\.[a-z0-9_.-]+)["']""", path.read_text(encoding="utf-8"))
        else:
            continue
        for text in texts:
            found = ID.fullmatch(text) if isinstance(text, str) else None
            if found and found[1] in DOMAINS and not text.endswith(FILE_ENDINGS) and not is_module(text):
                yield path.relative_to(PACKAGE).as_posix(), text


def is_about_prefixes(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".startswith", ".removeprefix"))


def is_module(text: str) -> bool:
    return (PACKAGE / text.replace(".", "/")).is_dir() or (PACKAGE / f"{text.replace('.', '/')}.py").is_file()


def wordings_asked_for() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `say`, of an error or of a note, with where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("say", "Note") or re.fullmatch(r"(InfluenceGraph|Tables|Store|Usage)Error", name):
                    yield f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}", node


def calls() -> Iterator[Call]:
    for where, node in wordings_asked_for():
        if isinstance(node.args[0], ast.Constant):
            yield Call(where, node.args[0].value, numbers_given(node))


def numbers_given(node: ast.Call) -> frozenset[str] | None:
    """The names of the numbers, where all of them are written out in the call. A note may get more on its way."""
    given = [word.arg for word in node.keywords]
    return None if None in given or "Note" in ast.unparse(node.func) else frozenset(name for name in given if name)


def test_every_language_has_every_catalogue() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in CATALOGUES if path.parents[1].name == language} == DOMAINS
    assert {path.parents[1].name for path in CATALOGUES} == set(LANGUAGES) == set(PLURALS)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_headers_and_ids_are_in_order(path: Path) -> None:
    language = path.parents[1].name
    headers = {name.lower(): value for name, value in catalogue(path).mime_headers}
    assert headers["language"] == language
    assert headers["content-type"].lower() == "text/plain; charset=utf-8"
    assert f"Plural-Forms: {PLURALS[language]}" in path.read_text(encoding="utf-8")
    ids = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(ids) == len(set(ids))
    assert {name.partition(".")[0] for name in ids} <= {path.stem}
    assert not [message.id for message in catalogue(path) if message.fuzzy and message.id]


def test_every_language_words_the_same_ids() -> None:
    assert worded("en").keys() == worded("vi").keys()
    for language in LANGUAGES:
        assert not [name for name, said in worded(language).items() if not all(said.forms)]


def test_languages_agree_on_placeholders_and_plurals() -> None:
    for name, english in worded("en").items():
        vietnamese = worded("vi")[name]
        assert (name, vietnamese.fields, vietnamese.plural) == (name, english.fields, english.plural)
        assert len(english.forms) == 1 + english.plural
        assert len(vietnamese.forms) == 1


def test_nothing_is_left_untranslated() -> None:
    same = [
        name
        for name, said in worded("vi").items()
        if said.forms[-1] == worded("en")[name].forms[-1]
        and any(letter.isalpha() for letter in re.sub(r"\{.*?\}", "", said.forms[-1]))
        and SAME not in said.comment
    ]
    assert not same, f"translate them, or say why not in a comment `# {SAME} reason`: {same}"


ONE_WORD = {
    "bài đăng": r"bài chia sẻ|lượt chia sẻ(?! lại)",  # a share, a post
    "nhà sáng tạo": r"người sáng tạo|nhà sáng tác",
    "chuyển đổi": r"quy đổi|\bCĐ\b",
    "ghi nhận": r"ghi công|phần công\b(?! bố)",  # credit
    "khoảng tin cậy": r"khoảng 90",  # which also reads "about 90"
    "bằng chứng": r"chứng cứ",
    "lượt tiếp xúc": r"lượt tiếp cận",  # an exposure; reach is "lượng tiếp cận"
}
"""What Vietnamese calls a thing, and what it is not called beside."""


def test_a_thing_has_one_name_in_vietnamese() -> None:
    said = {name: " ".join(wording.forms).casefold() for name, wording in worded("vi").items()}
    for word, others in ONE_WORD.items():
        assert any(word in text for text in said.values())
        assert not [name for name, text in said.items() if re.search(others, text, re.IGNORECASE)]


def test_every_id_in_the_code_is_worded() -> None:
    known = worded("en").keys()
    unworded = {(where, name) for where, name in literals() if name not in known}
    unworded |= {(call.where, call.id) for call in calls() if call.id not in known}
    assert not sorted(unworded)


def test_ids_are_written_out() -> None:
    made = [where for where, node in wordings_asked_for() if isinstance(node.args[0], (ast.JoinedStr, ast.BinOp))]
    assert not made, f"an id put together from parts can't be found by whoever looks for it: {made}"


def test_every_wording_is_used() -> None:
    unused = worded("en").keys() - {name for _, name in literals()}
    assert not sorted(unused)


def test_calls_give_the_numbers_that_the_wording_needs() -> None:
    for call in calls():
        said = worded("en").get(call.id)
        if said and call.numbers is not None:
            needed = {re.split(r"[.\[]", name)[0] for name, _ in said.fields} | ({"n"} if said.plural else set())
            assert needed <= call.numbers, f"{call.where}: {call.id} lacks {sorted(needed - call.numbers)}"


def test_numbers_follow_the_language() -> None:
    with speaking("en"):
        assert number(1234.5, ",.1f") == "1,234.5"
    with speaking("vi"):
        assert current() == "vi"
        assert number(1234.5, ",.1f") == "1.234,5"
    assert current() == "en"


def test_nothing_has_no_sign_but_one_that_was_asked_for() -> None:
    told = [(-0.0004, "+.1%"), (-0.0004, ".1%"), (-0.2, ",.0f"), (-0.0, ".2f"), (-0.02, ".2f"), (float("-inf"), ".1f")]
    assert [number(*each) for each in told] == ["+0.0%", "0.0%", "0", "0.00", "-0.02", "-inf"]


def test_numbers_have_the_digits_that_their_interval_supports() -> None:
    numbers = {"name": "Mai", "conversions": 90.0, "n": 2}
    wide = say("explanation.driven", driven=12.34, driven_low=3.12, driven_high=25.44, **numbers)
    assert "drove 12 of 90" in wide
    assert "3 to 25" in wide
    near = say("explanation.driven", driven=2.34, driven_low=1.12, driven_high=3.44, **numbers)
    assert "drove 2.3 of 90" in near
    assert "1.1 to 3.4" in near
    words_with_ends = {"driven": 2.0, "driven_low": 1.0, "driven_high": 4.0, "name_low": 1.0, "name_high": 2.0}
    assert say("explanation.driven", **numbers | words_with_ends).startswith("Mai drove 2.0 of 90")
    with speaking("vi"):
        assert "0,42" in say("explanation.driven", driven=0.4242, driven_low=0.31, driven_high=0.55, **numbers)


def test_a_language_we_do_not_speak_becomes_english() -> None:
    with speaking("fr"):
        assert current() == "en"


@pytest.mark.parametrize(
    ("asked", "environment", "chosen"),
    [
        ("vi", {"LANG": "en_US.UTF-8"}, "vi"),
        (None, {"LANG": "vi_VN.UTF-8"}, "vi"),
        (None, {"LC_ALL": "en_GB.UTF-8", "LANG": "vi_VN.UTF-8"}, "en"),
        (None, {"LANG": "de_DE"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_systems(
    asked: str | None, environment: dict[str, str], chosen: str
) -> None:
    assert choose(asked, environment) == chosen


@pytest.mark.parametrize("name", ["tables.no-such-message", "nonsense.at-all"])
def test_an_id_without_wording_is_a_defect(name: str) -> None:
    with pytest.raises(MissingMessage):
        say(name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogues_say_what_their_source_says(language: str) -> None:
    with speaking(language):
        for name, said in worded(language).items():
            if not said.fields and not said.plural:
                assert say(name) == said.forms[0]


def test_a_small_rate_is_never_written_as_nothing() -> None:
    """Two digits that tell, however small, right to half of the last; a decimal from one per cent on."""
    for power in range(-9, 0):
        for digits in (1.0, 2.44, 4.9, 9.94, 9.96):
            rate = digits * 10.0**power
            told = number(rate, RATE)
            assert float(told.rstrip("%")) / 100 == pytest.approx(rate, rel=0.051)
            assert number(-rate, RATE) == f"-{told}"
            with speaking("vi"):
                assert number(rate, RATE) == told.replace(".", ",")
    assert [number(rate, RATE) for rate in (0.0, 0.0171, 0.5, 13.61)] == ["0.0%", "1.7%", "50.0%", "1361.0%"]
