"""Phones and e-mails leave as keyed hashes."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from given import table
from hypothesis import given
from hypothesis import strategies as st

from influence_graph.errors import TablesError
from influence_graph.tables.key import local_key
from influence_graph.tables.privacy import normal_email, normal_phone, protect, pseudonym, pseudonyms
from influence_graph.tables.schema import SCHEMA, Tables

KEY = b"k" * 32
HASH = re.compile(r"(phone|email):[0-9a-f]{32}")
ONE_PHONE = ["+84 912 345 678", "+84912345678", "0912345678", "0912.345.678", "84912345678", "0084 912 345 678"]
ONE_PHONE += ["(+84) 912-345-678", "+84 0912 345 678", "912345678", "912345678.0"]


def alias(text: str, kind: str, key: bytes = KEY) -> str:
    given_ = Tables(aliases=table("aliases", alias=[text], kind=[kind], person_id=["p"]))
    return str(protect(given_, key=key).aliases["alias"][0])


def buyer(*ids: str) -> list[str]:
    orders = table(
        "conversions", conversion_id=map(str, range(len(ids))), converted_at=["2025-01-01"] * len(ids), person_id=ids
    )
    return protect(Tables(conversions=orders), key=KEY).conversions["person_id"].tolist()


@pytest.mark.parametrize("way", ONE_PHONE)
def test_every_way_to_write_a_phone_is_one_hash(way: str) -> None:
    assert normal_phone(way) == "+84912345678"
    assert alias(way, "phone_hash") == alias("+84912345678", "phone_hash")
    assert HASH.fullmatch(alias(way, "Số điện thoại"))


def test_every_way_to_write_an_e_mail_is_one_hash_and_people_differ() -> None:
    assert normal_email(" Lan@Gmail.com ") == "lan@gmail.com"
    assert alias("Lan@Gmail.com", "email_hash") == alias("lan@gmail.com", "E-mail")
    assert alias("lan@gmail.com", "email") != alias("mai@gmail.com", "email")


def test_the_hash_is_hmac_sha256_of_the_local_key() -> None:
    """RFC 2104 written out: H((K ^ opad) || H((K ^ ipad) || text))."""
    from hashlib import sha256

    block = KEY.ljust(64, b"\0")
    inner = sha256(bytes(b ^ 0x36 for b in block) + b"email lan@gmail.com").digest()
    outer = sha256(bytes(b ^ 0x5C for b in block) + inner).hexdigest()
    assert alias("lan@gmail.com", "email_hash") == f"email:{outer[:32]}"
    assert alias("lan@gmail.com", "email_hash", b"another key") != f"email:{outer[:32]}"


def test_two_tables_that_meet_on_an_e_mail_still_do() -> None:
    tables = Tables(
        conversions=table("conversions", conversion_id=["1"], converted_at=["2025-01-01"], person_id=["LAN@x.vn"]),
        shares=table("shares", share_id=["s"], person_id=["lan@x.vn"], shared_at=["2025-01-01"]),
    )
    kept = protect(tables, key=KEY)
    assert kept.conversions["person_id"][0] == kept.shares["person_id"][0]
    assert HASH.fullmatch(kept.shares["person_id"][0])


def test_ordinary_ids_stay() -> None:
    ids = ["12345678", "912345678", "7301234567890123456", "84912345678901", "@lan", "lan_2025-01-01", "UCx+12", "a@b"]
    assert buyer(*ids) == ids


def test_international_numbers_and_whole_columns_of_mobiles_are_phones() -> None:
    assert all(HASH.fullmatch(person) for person in buyer("+84912345678", "+1 415 555 2671"))
    assert buyer("0912345678", "12") == ["0912345678", "12"]
    assert all(HASH.fullmatch(person) for person in buyer("0912345678", "0387654321", "0701234567", "lan@x.vn"))


def test_a_number_told_to_be_a_phone_is_one_everywhere() -> None:
    tables = Tables(
        aliases=table("aliases", alias=["0912345678"], kind=["phone"], person_id=["lan"]),
        conversions=table(
            "conversions", conversion_id=["1", "2"], converted_at=["2025-01-01"] * 2, person_id=["0912345678", "77"]
        ),
    )
    kept = protect(tables, key=KEY)
    assert kept.conversions["person_id"].tolist() == [kept.aliases["alias"][0], "77"]
    assert kept.aliases["kind"].tolist() == ["phone_hash"]


def test_texts_and_unknown_columns_lose_their_addresses_too() -> None:
    shares = table(
        "shares",
        share_id=["1", "2"],
        person_id=["a", "b"],
        shared_at=["2025-01-01"] * 2,
        caption=["Đặt hàng: 0912 345 678 hoặc lan@x.vn nhé", "giảm 50% đến 12/12"],
        SĐT=["912345678", "không có"],
        phone_number=[84912345678.0, None],
    )
    kept = protect(Tables(shares=shares), key=KEY).shares
    phone = alias("0912345678", "phone")
    assert kept["caption"].tolist() == [
        f"Đặt hàng: {phone} hoặc {alias('lan@x.vn', 'email')} nhé",
        "giảm 50% đến 12/12",
    ]
    assert kept["SĐT"].tolist() == [phone, "không có"]
    assert kept["phone_number"][0] == phone
    assert pd.isna(kept["phone_number"][1])


def test_refused_rows_show_no_addresses() -> None:
    faults = pd.DataFrame(
        {"file": ["f.csv"], "line": ["2"], "column": ["value"], "value": ["lan@x.vn"], "reason": ["?"]}
    )
    assert HASH.fullmatch(protect(Tables(faults=faults.astype("str")), key=KEY).faults["value"][0])


def test_hashed_values_stay_and_protecting_twice_changes_nothing() -> None:
    known = "5d41402abc4b2a76b9719d911017c592"
    assert alias(known, "email_hash") == known
    tables = Tables(
        aliases=table("aliases", alias=["a@x.vn", "0912345678"], kind=["email", "phone"], person_id=["1", "1"])
    )
    once = protect(tables, key=KEY)
    assert once.notes[0].numbers == {"n": 2}
    assert protect(once, key=KEY) is once
    assert tables.aliases["alias"][0] == "a@x.vn", "what is given is not changed"


@given(st.lists(st.text(max_size=30), max_size=6))
def test_protecting_twice_is_protecting_once_for_any_text(texts: list[str]) -> None:
    campaigns = table("campaigns", campaign_id=[str(n) for n in range(len(texts))], name=texts)
    once = protect(Tables(campaigns=campaigns), key=KEY)
    assert protect(once, key=KEY) is once


def test_types_and_rows_stay(tmp_path: Path) -> None:
    shares = table("shares", share_id=["1"], person_id=["a@x.vn"], shared_at=["2025-01-01"], views=[10], n=[3])
    kept = protect(Tables(shares=shares), key=KEY)
    pd.testing.assert_frame_equal(kept.shares.drop(columns="person_id"), shares.drop(columns="person_id"))
    assert all(kept[name].dtypes.equals(table(name).dtypes) for name in SCHEMA if name != "shares")


def test_the_key_is_made_once_for_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "privacy.key"
    key = local_key(path)
    assert len(key) == 32
    assert local_key(path) == key
    assert [file.name for file in path.parent.iterdir()] == ["privacy.key"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_commands_at_once_get_one_key(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from influence_graph.tables.key import local_key;"
    code += "print(local_key(Path(sys.argv[1])).hex())"
    told = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "privacy.key")], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in told}) == 1
    assert all(process.returncode == 0 for process in told)


def test_no_key_is_asked_for_where_there_is_nothing_to_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("influence_graph.tables.privacy.local_key", lambda: pytest.fail("asked for a key"))
    tables = Tables(shares=table("shares", share_id=["1"], person_id=["a"], shared_at=["2025-01-01"]))
    assert protect(tables) is tables


def test_a_damaged_or_unreachable_key_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("abcd")
    (tmp_path / "not hex").write_text("hello")
    (tmp_path / "file").write_text("")
    for name, message in (("short", "key-damaged"), ("not hex", "key-damaged"), ("file/in", "key-unreachable")):
        with pytest.raises(TablesError, match=str(tmp_path)) as raised:
            local_key(tmp_path / name)
        assert raised.value.message == f"resolve.{message}"


def test_pseudonyms_are_stable_apart_and_tell_nothing() -> None:
    names = pseudonyms((f"p{n}" for n in range(10_000)), key=KEY)
    assert len(set(names)) == 10_000
    assert names[7] == pseudonym("p7", key=KEY) != pseudonym("p7", key=b"other")
    assert all(re.fullmatch(r"person-[0-9a-f]{16}", name) for name in names)


def test_notes_stay(tmp_path: Path) -> None:
    tables = replace(Tables(), aliases=table("aliases", alias=["a@x.vn"], kind=["email"], person_id=["1"]))
    assert [note.id for note in protect(tables, key=KEY).notes] == ["resolve.addresses-hashed"]
