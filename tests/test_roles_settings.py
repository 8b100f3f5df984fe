"""What counts as evidence of a role, from a file."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from linh import of_linh

from influence_graph import RoleAnchors, read_anchors, roles
from influence_graph.errors import UsageError
from influence_graph.language import say
from influence_graph.people import tell_person

DOCS = Path(__file__).parents[1] / "docs" / "roles.md"


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
