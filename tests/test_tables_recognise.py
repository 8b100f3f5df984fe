"""Which table a file is: by its headers, in English and Vietnamese, and by platform."""

# ruff: noqa: E501 -- headers stand on one line as platforms write them

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from influence_graph.tables import SCHEMA, check, read
from influence_graph.tables.recognise import EXPORTS, exports, general, recognise


def _one(headers: str, *rows: str) -> tuple[str, dict[str, str]]:
    """Table and columns that a header line (split at ``|``) is recognised as."""
    names = headers.split("|")
    (meaning, *_) = recognise([names, *(row.split("|") for row in rows)])
    return meaning.table, {column: names[place] for column, place in meaning.columns.items()}


@pytest.mark.parametrize("table", SCHEMA)
def test_every_table_is_recognised_by_its_own_column_names(table: str) -> None:
    names = [column.name for column in SCHEMA[table].columns]
    recognised, columns = _one("|".join(names))
    assert recognised == table
    assert columns == {name: name for name in names}


@pytest.mark.parametrize("table", SCHEMA)
def test_every_table_is_recognised_by_what_it_needs(table: str) -> None:
    telling = {"campaigns": ["starts_at"], "followers": ["followers"], "touches": ["person_id"]}
    names = [*SCHEMA[table].needed, *telling.get(table, [])]
    assert _one("|".join(names))[0] == table


@pytest.mark.parametrize(
    ("headers", "table", "columns"),
    [
        ("Mã đơn hàng|Ngày đặt|Khách hàng|Giá trị|Trạng thái|Mã giảm giá", "conversions",
         {"conversion_id": "Mã đơn hàng", "converted_at": "Ngày đặt", "person_id": "Khách hàng", "value": "Giá trị",
          "status": "Trạng thái", "code": "Mã giảm giá"}),
        ("ma don hang|ngay dat|gia tri", "conversions",
         {"conversion_id": "ma don hang", "converted_at": "ngay dat", "value": "gia tri"}),
        ("MÃ BÀI ĐĂNG|NHÀ SÁNG TẠO|THỜI GIAN ĐĂNG|LƯỢT XEM|LƯỢT THÍCH", "shares",
         {"share_id": "MÃ BÀI ĐĂNG", "person_id": "NHÀ SÁNG TẠO", "shared_at": "THỜI GIAN ĐĂNG", "views": "LƯỢT XEM",
          "likes": "LƯỢT THÍCH"}),
        ("Nhà sáng tạo|Tên|Nền tảng|Người theo dõi|Chi phí", "creators",
         {"creator_id": "Nhà sáng tạo", "name": "Tên", "platform": "Nền tảng", "followers": "Người theo dõi", "cost": "Chi phí"}),
        ("Link bài đăng|Mã KOL|Ngày đăng|Lượt xem|Lượt thích", "shares",
         {"share_id": "Link bài đăng", "person_id": "Mã KOL", "shared_at": "Ngày đăng", "views": "Lượt xem",
          "likes": "Lượt thích"}),
        ("Influencer Handle|Post URL|Date Posted|Views|Likes", "shares",
         {"share_id": "Post URL", "person_id": "Influencer Handle", "shared_at": "Date Posted", "views": "Views",
          "likes": "Likes"}),
        ("Người theo dõi|Người được theo dõi|Từ", "follows",
         {"follower_id": "Người theo dõi", "followed_id": "Người được theo dõi", "since": "Từ"}),
        ("Mã chiến dịch|Tên chiến dịch|Ngày bắt đầu|Ngày kết thúc|Ngân sách", "campaigns",
         {"campaign_id": "Mã chiến dịch", "name": "Tên chiến dịch", "starts_at": "Ngày bắt đầu",
          "ends_at": "Ngày kết thúc", "budget": "Ngân sách"}),
        ("Order ID|Order Date|Total (USD)", "conversions",
         {"conversion_id": "Order ID", "converted_at": "Order Date", "value": "Total (USD)"}),
        ("post url|username|posted at|Views", "shares",
         {"share_id": "post url", "person_id": "username", "shared_at": "posted at", "views": "Views"}),
        ("truster|trustee", "follows", {"follower_id": "truster", "followed_id": "trustee"}),
    ],
)  # fmt: skip
def test_headers_in_two_languages(headers: str, table: str, columns: dict[str, str]) -> None:
    assert _one(headers) == (table, columns)


@pytest.mark.parametrize(
    ("headers", "tables", "title"),
    [
        ("Order ID|Product ID|SKU ID|Creator Username|Content Type|Content ID|Payment Amount|Currency|Order Status|Est. Commission Base|Time Created",
         ["conversions", "creators"], "TikTok Shop affiliate orders"),
        ("ID đơn hàng|ID sản phẩm|Id Sku|Giá|Payment Amount|Đơn vị tiền tệ|Trạng thái đơn hàng|Tên người dùng nhà sáng tạo|Loại nội dung|Thời gian đã tạo",
         ["conversions", "creators"], "TikTok Shop affiliate orders"),
        ("Order ID|Order Status|Order Substatus|SKU ID|SKU Subtotal Before Discount|Order Amount|Created Time|Buyer Username",
         ["conversions"], "TikTok Shop orders"),
        ("Mã đơn hàng|Mã Kiện Hàng|Ngày đặt hàng|Trạng Thái Đơn Hàng|SKU phân loại hàng|Tổng giá bán (sản phẩm)|Tổng giá trị đơn hàng (VND)|Người Mua",
         ["conversions"], "Shopee orders"),
        ("ID đơn hàng|Trạng thái đặt hàng|Checkout id|Thời Gian Đặt Hàng|Thời Gian hoàn thành|Item id|ID Model|Giá trị đơn hàng (₫)|Tổng hoa hồng sản phẩm(₫)|Sub_id1|Kênh",
         ["conversions"], "Shopee affiliate commission report"),
        ("Order id|Order Time|Order Status|Verified Status|Item id|Model id|Affiliate Username|Purchase Value(Rp)|Item Brand Commission(Rp)",
         ["conversions", "creators"], "Shopee affiliate commission report"),
        ("orderItemId|orderType|lazadaId|sellerSku|lazadaSku|createTime|updateTime|orderNumber|paidPrice|unitPrice|status",
         ["conversions"], "Lazada orders"),
        ("Name|Email|Financial Status|Paid at|Currency|Subtotal|Total|Discount Code|Created at|Lineitem quantity|Lineitem name|Billing Name|Phone",
         ["conversions"], "Shopify orders"),
        ("Transaction ID|Date|Session campaign|Purchase revenue|Ecommerce purchases", ["conversions"],
         "Google Analytics 4 transactions or campaigns"),
        ("Date|Session campaign|Session source / medium|Ecommerce purchases|Purchase revenue", ["conversions"],
         "Google Analytics 4 transactions or campaigns"),
        ("Post ID|Account ID|Account username|Account name|Description|Duration (sec)|Publish time|Permalink|Post type|Views|Reach|Likes|Shares|Comments|Saves",
         ["shares", "creators"], "Meta Business Suite content"),
        ("Campaign name|Reporting starts|Reporting ends|Amount spent (VND)|Impressions", ["campaigns"], "Meta Ads Manager campaigns"),
        ("Username|Full name|Platform|Followers|Engagement rate|Fake followers", ["creators"], "Modash creators"),
        ("Username|Full name|Followers|AQS|Quality audience", ["creators"], "HypeAuditor creators"),
        ("Mã giảm giá|Nhà sáng tạo", ["aliases", "creators"], "Coupon list"),
        ("Coupon code|KOC|Valid until", ["aliases", "creators"], "Coupon list"),
        ("zl_user_id|oa_id|full_name|state|created_at", ["follows", "creators"], "Zalo Official Account followers"),
    ],
)  # fmt: skip
def test_platform_exports(headers: str, tables: list[str], title: str) -> None:
    meanings = recognise([headers.split("|")])
    assert [meaning.table for meaning in meanings] == tables
    assert {meaning.export for meaning in meanings} == {title}


def test_how_a_post_was_paid_is_found_by_what_lists_call_it() -> None:
    for header in ("Loại hợp tác", "Hình thức hợp tác", "Collaboration type"):
        (meaning,) = recognise([["Mã bài đăng", "Mã KOL", "Ngày đăng", header]])
        assert meaning.columns["deal"] == 3


@pytest.mark.parametrize("path", sorted(EXPORTS.glob("*.toml")), ids=lambda path: path.stem)
def test_layouts_speak_of_tables_and_columns_that_exist(path: Path) -> None:
    layout = tomllib.loads(path.read_text(encoding="utf-8"))
    if path.stem == "general":
        tables = [{"name": name, "columns": columns} for name, columns in layout.items()]
        assert set(layout) == set(SCHEMA)
    else:
        tables = layout["table"]
        assert set(layout) <= {
            "title",
            "documented",
            "source",
            "recognised_by",
            "unless",
            "local_time",
            "day_first",
            "table",
        }
        year, month = map(int, layout["documented"].split("-"))
        assert 2020 <= year <= 2030 and 1 <= month <= 12
        assert layout["source"]
    for table in tables:
        named = {*table["columns"], *table.get("constants", {}), *table.get("composed", {})}
        assert {column.rstrip("?") for column in named} <= set(SCHEMA[table["name"]].names)


def test_no_two_exports_share_a_title() -> None:
    titles = [export.title for export in exports()]
    assert len(set(titles)) == len(titles) == len([*EXPORTS.glob("*.toml")]) - 1


def test_the_more_numeric_of_two_columns_of_one_name_is_taken() -> None:
    meanings = recognise([["username", "Followers", "Followers"], ["a_b", "1.2M", "1200000"], ["c.d", "3K", "3000"]])
    assert meanings[0].columns == {"creator_id": 0, "followers": 2}
    assert meanings[0].ignored == ("Followers",)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_name_columns_the_handles_are_the_ids(order: tuple[int, int]) -> None:
    rows = [["Instagram name", "Name", "Followers"], ["An Nhiên", "an.nhien", "10"], ["Bảo Trâm", "baotram_", "20"]]
    shown = [[row[order[0]], row[order[1]], row[2]] for row in rows]
    columns = recognise(shown)[0].columns
    assert (columns["creator_id"], columns["name"]) == (order.index(1), order.index(0))


@pytest.mark.parametrize(
    "headers", ["id|name", "from|to", "a|b|c", "country|population", "date|rate", "name|price", ""]
)
def test_what_could_be_anything_is_not_recognised(headers: str) -> None:
    assert recognise([headers.split("|"), ["1"] * (headers.count("|") + 1)]) == ()


def test_a_header_may_stand_below_other_rows() -> None:
    head = [
        ["Report of the week"],
        ["made on", "2026-03-01"],
        ["order id", "order date", "value"],
        ["1", "2026-03-01", "5"],
    ]
    assert recognise(head)[0].header == 2


def test_posts_with_follower_counts_describe_creators() -> None:
    shares, creators = recognise([["id", "create_time", "user_name", "n_likes", "n_plays", "n_followers"]])
    assert (shares.table, creators.table, creators.implied) == ("shares", "creators", True)
    assert creators.columns == {"creator_id": 2, "followers": 5}
    assert shares.columns["views"] == 4


def test_a_post_without_id_is_who_posted_when() -> None:
    (meaning,) = recognise([["author", "posted at", "views"]])
    assert meaning.composed == {"share_id": (0, 1)}


def test_unknown_columns_keep_their_names_and_never_pass_for_ours(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("username,followers,Mood,Mood,cost\na,1,x,y,5\n")
    (tmp_path / "tables.toml").write_text(
        '[[file]]\nname = "list.csv"\ntable = "creators"\n[file.columns]\ncreator_id = "username"\n'
    )
    creators = read(tmp_path).creators
    assert creators[["Mood", "Mood (2)", "cost (2)", "followers (2)"]].iloc[0].tolist() == ["x", "y", "5", "1"]
    assert creators[["cost", "followers"]].isna().all(axis=None)


def test_every_alias_is_written_once_a_column() -> None:
    for table, columns in general().items():
        for column, names in columns.items():
            assert len(set(names)) == len(names), (table, column)


def test_an_order_export_names_creators(tmp_path: Path) -> None:
    (tmp_path / "affiliate.csv").write_text(
        "Order ID,SKU ID,Creator Username,Payment Amount,Currency,Order Status,Est. Commission Base,Time Created\n"
        "Platform unique order ID.,Platform SKU ID.,The user name of the creator,What the buyer paid,Code,Status,Base of it,When it was created\n"
        "576786105183930101,1730315401307982614,an.nhien,199.000₫,VND,Settled,199.000₫,25/05/2026 10:00:00\n"
        "576786105183930102,1730315401307982614,bao_tram,1.250.000₫,VND,Ineligible,1.250.000₫,01/06/2026 23:30:00\n"
        "576786105183930103,1730315401307982615,,90.000₫,VND,Settled,90.000₫,02/06/2026 08:00:00\n",
        encoding="utf-8-sig",
    )
    tables = read(tmp_path, timezone="Asia/Ho_Chi_Minh")
    assert tables.conversions["conversion_id"].tolist() == [f"57678610518393010{n}" for n in (1, 2, 3)]
    assert tables.conversions["value"].tolist() == [199000, 1250000, 90000]
    assert tables.conversions["claimed_by"].tolist()[:2] == ["an.nhien", "bao_tram"]
    assert tables.conversions["converted_at"].dt.strftime("%F %T").tolist() == [
        "2026-05-25 03:00:00", "2026-06-01 16:30:00", "2026-06-02 01:00:00",
    ]  # fmt: skip
    assert tables.creators[["creator_id", "platform"]].to_numpy().tolist() == [
        ["an.nhien", "tiktok"],
        ["bao_tram", "tiktok"],
    ]
    assert tables.sources[["table", "read", "kept", "duplicates", "refused"]].to_numpy().tolist() == [
        ["creators", 2, 2, 0, 0], ["conversions", 3, 3, 0, 0],
    ]  # fmt: skip
    assert "tables.description-skipped" in {note.id for note in tables.notes}
    assert not len(tables.faults)


def test_creators_that_orders_imply_only_fill_gaps(tmp_path: Path) -> None:
    (tmp_path / "a_codes.csv").write_text("code,creator\nANNHIEN10,an.nhien\nNEW5,somebody.new\n")
    (tmp_path / "b_creators.csv").write_text("creator_id,name,followers\nan.nhien,An Nhiên,1200\n", encoding="utf-8")
    tables = read(tmp_path)
    assert tables.creators["creator_id"].tolist() == ["an.nhien", "somebody.new"]
    assert tables.creators["name"].tolist()[0] == "An Nhiên"
    assert tables.aliases[["alias", "kind", "person_id"]].to_numpy().tolist() == [
        ["ANNHIEN10", "code", "an.nhien"], ["NEW5", "code", "somebody.new"],
    ]  # fmt: skip
    sources = tables.sources
    assert (sources["read"] == sources["kept"] + sources["duplicates"] + sources["refused"]).all()


def test_aggregate_rows_without_order_ids_are_told_apart_by_what_they_count(tmp_path: Path) -> None:
    (tmp_path / "ga4.csv").write_text(
        "# ----------------------------------------\n# Traffic acquisition\n# 20260301-20260302\n"
        "# ----------------------------------------\n\n"
        "Date,Session campaign,Session source / medium,Ecommerce purchases,Purchase revenue\n"
        "20260301,launch,tiktok / social,3,59.97\n20260302,launch,tiktok / social,2,39.98\n"
        "20260302,launch,instagram / social,1,19.99\n"
    )
    conversions = read(tmp_path).conversions
    assert conversions["count"].tolist() == [3, 2, 1]
    assert conversions["value"].tolist() == [59.97, 39.98, 19.99]
    assert conversions["conversion_id"].is_unique
    assert conversions["campaign_id"].eq("launch").all()


def test_local_looking_times_ask_for_their_zone(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("Mã đơn hàng,Ngày đặt,Giá trị\n1,25/05/2026 10:00,5\n", encoding="utf-8")
    understanding = check(tmp_path)
    assert understanding.mappable
    assert understanding.problem is not None
    assert "--timezone Asia/Ho_Chi_Minh" in str(understanding.problem)
    assert '# timezone = "Asia/Ho_Chi_Minh"' in understanding.proposal


def test_the_docs_list_every_export() -> None:
    page = (Path(__file__).parents[1] / "docs" / "tables.md").read_text(encoding="utf-8")
    for path in EXPORTS.glob("*.toml"):
        layout = tomllib.loads(path.read_text(encoding="utf-8"))
        if path.stem != "general":
            (row,) = [line for line in page.splitlines() if line.startswith(f"| {layout['title']}")]
            feeds = ", ".join(table["name"] for table in layout["table"])
            assert row.endswith(f"| {feeds} | {layout['documented']} |")


def test_the_docs_list_every_column() -> None:
    page = (Path(__file__).parents[1] / "docs" / "tables.md").read_text(encoding="utf-8")
    for name, table in SCHEMA.items():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {name} | ")]
        shown = ", ".join(f"**{column.name}**" if column.needed else column.name for column in table.columns)
        assert row.split(" | ")[1] == shown


def test_a_list_of_creators_with_their_codes_joins_both(tmp_path: Path) -> None:
    (tmp_path / "kol.csv").write_text("KOL,Followers,Chi phí,Mã giảm giá\nan,1200,500,AN10\nbinh,900,400,\n", "utf-8")
    told = read(tmp_path)
    assert told.aliases[["alias", "kind", "person_id"]].to_numpy().tolist() == [["AN10", "code", "an"]]
    assert told.creators["cost"].tolist() == [500, 400]
    assert not len(told.faults)


def test_posts_taken_for_creators_are_pointed_at(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("Creator,Post ID,When it was,Views,Likes\nann,p1,2026-05-01,10,1\n", "utf-8")
    told = {note.id: note.numbers for note in read(path).notes}
    assert told["tables.like-posts"] == {"file": "posts.csv", "columns": "Post ID, Views, Likes"}
    path.write_text("Creator,Followers,Likes\nann,10,1\n", "utf-8")
    assert "tables.like-posts" not in {note.id for note in read(path).notes}
