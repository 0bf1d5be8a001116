"""Names in articles: sentences of our own, as local papers of several cities would print them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.facts.names import Gazetteer, Mention, find_names
from indexer.reading.article import Article, Passage

GAZETTEER = Gazetteer()


def article(*texts: str, title: str = "标题", **fields: object) -> Article:
    passages = [Passage("a-0", "title", 0, title)]
    passages += [Passage(f"a-{n}", "body", n, text) for n, text in enumerate(texts, 1)]
    return Article("a", title, "a.md", tuple(passages), **fields)  # type: ignore[arg-type]


def mentions(*texts: str, kind: str | None = None, **fields: object) -> list[Mention]:
    found = find_names(article(*texts, **fields), GAZETTEER)  # type: ignore[arg-type]
    return [mention for mention in found if kind in (None, mention.kind)]


def surfaces(kind: str, *texts: str) -> list[str]:
    return list(dict.fromkeys(mention.surface for mention in mentions(*texts, kind=kind)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("晨光电池落户宜宾三江新材料产业园。", ["宜宾三江新材料产业园"], id="place-in-front"),
        pytest.param("记者来到位于太仓市的沙溪生物医药产业园。", ["沙溪生物医药产业园"], id="behind-a-function-word"),
        pytest.param("去年以来，银川经开区新增企业三百家。", ["银川经开区"], id="economic-zone"),
        pytest.param("“麓谷之窗”软件园二期交付。", ["“麓谷之窗”软件园"], id="quotation-in-front"),
        pytest.param("园内坐落着洛阳智造谷和偃师电商产业园。", ["洛阳智造谷", "偃师电商产业园"], id="two-with-and"),
        pytest.param("G60科创走廊串起九座城市。", ["G60科创走廊"], id="letters-and-digits"),
        pytest.param("中国（湛江）国际水产品产业园开园。", ["中国（湛江）国际水产品产业园"], id="brackets-inside"),
        pytest.param("全市布局45个产业园区，已建成一批特色产业园。", [], id="kinds-are-no-names"),
        pytest.param("该产业园区将打造国家级示范基地。", [], id="designations-are-no-names"),
        pytest.param("绵阳市产业园区今年完成投资百亿元。", [], id="parks-of-a-place-are-no-park"),
        pytest.param(
            "建成青禾软件园、电商产业园、冷链物流园等8个园区。",
            ["青禾软件园", "电商产业园", "冷链物流园"],
            id="list-of-parks",
        ),
    ],
)
def test_parks_begin_at_their_left_edge(text: str, expected: list[str]) -> None:
    assert surfaces("park", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("总投资30亿元的海螺骨料生产线项目在池州开工。", ["海螺骨料生产线项目"], id="opened"),
        pytest.param(
            "星河汽车零部件项目、远大储能二期项目签约。", ["星河汽车零部件项目", "远大储能二期项目"], id="enumeration"
        ),
        pytest.param(
            "集中开工的项目包括苍南风机塔筒、华越镍钴新材料等9个项目。",
            ["苍南风机塔筒", "华越镍钴新材料"],
            id="closing-word-of-the-list",
        ),
        pytest.param("年产60万套汽车座椅项目正式投产。", ["年产60万套汽车座椅项目"], id="capacity-belongs-to-it"),
        pytest.param("中国电信贵安大数据中心投入运营。", ["中国电信贵安大数据中心"], id="facility-put-into-service"),
        pytest.param("全市24个重大项目集中开工，项目建设如火如荼。", [], id="collective"),
        pytest.param("这是一项系统工程，建设开源项目要靠大家。", [], id="figure-of-speech"),
        pytest.param("他在重点实验室研究桥梁工程技术。", [], id="engineering"),
    ],
)
def test_projects_stand_near_building_and_signing(text: str, expected: list[str]) -> None:
    assert surfaces("project", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("由江西赣江新材料股份有限公司投资建设。", ["江西赣江新材料股份有限公司"], id="legal-name"),
        pytest.param("签约企业有宏远（厦门）精密制造有限公司。", ["宏远（厦门）精密制造有限公司"], id="brackets"),
        pytest.param("上海联和投资有限公司到场。", ["上海联和投资有限公司"], id="and-inside-a-company-name"),
        pytest.param("芜湖市委、市政府召开会议。", ["芜湖市委", "市政府"], id="committee-and-government"),
        pytest.param(
            "市科技局、市人力资源和社会保障局联合发文。", ["市科技局", "市人力资源和社会保障局"], id="departments"
        ),
        pytest.param(
            "毕业于西南石油大学，就职于成都市第三人民医院。",
            ["西南石油大学", "成都市第三人民医院"],
            id="university-and-hospital",
        ),
        pytest.param(
            "引进了华为、中兴、云启视讯、蓝鲸数据等20余家企业。",
            ["华为", "中兴", "云启视讯", "蓝鲸数据"],
            id="list-of-companies",
        ),
        pytest.param("推动大数据、云计算、人工智能等企业发展。", [], id="list-of-trades"),
        pytest.param("本公司与子公司、上市公司一视同仁，企业集团抱团发展。", [], id="kinds-of-companies"),
        pytest.param("大学生在银行卡上看到政府性基金。", [], id="longer-words"),
        pytest.param("海通电工的产品供不应求。", ["海通电工"], id="short-name-with-its-trade"),
    ],
)
def test_organizations_are_told_from_kinds(text: str, expected: list[str]) -> None:
    assert surfaces("organization", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("市委书记周明远出席并讲话。", ["周明远"], id="role-before"),
        pytest.param("市长欧阳建国、副市长李薇参加调研。", ["欧阳建国", "李薇"], id="compound-surname"),
        pytest.param("县领导王海、赵立新和孙晓燕陪同。", ["王海", "赵立新", "孙晓燕"], id="enumeration"),
        pytest.param("董事长陈默说，项目进展顺利。", ["陈默"], id="verb-of-speech-ends-the-name"),
        pytest.param("刘怀远院士作主旨报告。", ["刘怀远"], id="title-behind"),
        pytest.param("德国专家汉斯·穆勒来访。", ["汉斯·穆勒"], id="foreign-name"),
        pytest.param("“订单排到了年底。”郑国强介绍。", ["郑国强"], id="speaker"),
        pytest.param("书记强调，市长高度重视，记者从有关部门获悉。", [], id="verbs-that-begin-like-surnames"),
        pytest.param("用户蒋先生、村民王大爷都说好。", [], id="forms-of-address"),
        pytest.param("主任会议和专家组会议相继举行。", [], id="compounds"),
    ],
)
def test_people_need_a_role_a_title_or_speech(text: str, expected: list[str]) -> None:
    assert surfaces("person", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("考察团从泉州来到义乌。", ["泉州", "义乌"], id="short-forms"),
        pytest.param("桐梓县娄山关镇杉坪村的村民都来了。", ["桐梓县", "娄山关镇", "杉坪村"], id="county-town-village"),
        pytest.param("沿滨河大道一路向北。", ["滨河大道"], id="road"),
        pytest.param("新兴城市和沿海城市发展金融创新。", [], id="words-that-contain-a-place"),
        pytest.param("各镇各村、城镇乡村都要重视。", [], id="kinds-of-places"),
    ],
)
def test_places_come_from_lists_and_endings(text: str, expected: list[str]) -> None:
    assert surfaces("place", text) == expected


def test_short_form_is_defined_in_brackets() -> None:
    found = mentions("宿迁国家高新区（以下简称高新区）招商忙。", "上半年，高新区签约项目30个。", kind="park")
    assert {mention.name for mention in found} == {"宿迁国家高新区"}
    assert [mention.surface for mention in found] == ["宿迁国家高新区", "高新区", "高新区"]


def test_company_is_known_by_its_brand_in_the_same_article() -> None:
    found = mentions(
        "云川智能装备（泸州）股份有限公司今日投产。",
        "云川智能装备的订单充足。",
        "云川智能不在此列。",
        kind="organization",
    )
    assert {mention.name for mention in found if mention.surface.startswith("云川智能装备")} == {
        "云川智能装备（泸州）股份有限公司"
    }


def test_committee_belongs_to_the_only_city_of_the_article() -> None:
    found = mentions("中共芜湖市委发布决定。", "市委要求抓好落实。", kind="organization")
    assert [mention.name for mention in found] == ["中共芜湖市委", "中共芜湖市委"]


def test_type_of_park_stands_for_the_one_park_it_fits() -> None:
    one = mentions("赣南稀土新材料产业园开园。", "目前，新材料产业园入驻企业20家。", kind="park")
    assert [mention.name for mention in one] == ["赣南稀土新材料产业园"] * 2
    two = mentions("赣南稀土新材料产业园和抚州新材料产业园开园。", "目前，新材料产业园入驻企业20家。", kind="park")
    assert "新材料产业园" not in [mention.surface for mention in two]


def test_organization_and_project_are_found_inside_a_park() -> None:
    found = mentions("海沃集团智能装备产业园项目正式开工。")
    assert {(m.kind, m.surface) for m in found} == {
        ("organization", "海沃集团"),
        ("park", "海沃集团智能装备产业园"),
        ("project", "海沃集团智能装备产业园项目"),
    }


def test_byline_is_told_from_people_in_the_news() -> None:
    found = mentions(
        "■文/晚报记者 林一鸣 通讯员 何田 图/罗成",
        "记者联盟秘书长罗大成出席。",
        authors=("林一鸣", "何田"),
        photographers=("罗成",),
        kind="person",
    )
    assert [(m.surface, m.credit) for m in found] == [
        ("林一鸣", "author"),
        ("何田", "author"),
        ("罗成", "photographer"),
        ("罗大成", None),
    ]


def test_photographer_is_named_in_a_caption() -> None:
    (found,) = mentions("金沙江畔的光伏电站。■何田 摄", kind="person")
    assert (found.surface, found.role, found.credit) == ("何田", "摄", "photographer")


def test_person_is_known_again_without_role() -> None:
    found = mentions("总经理杜若飞带队。", "杜若飞希望尽快投产。", kind="person")
    assert [(m.passage, m.evidence) for m in found] == [(1, "role"), (2, "repeat")]


def test_spans_point_into_the_original_text() -> None:
    text = "㎡前缀，總投資３０億元的「雲臺」產業園項目開工，ＡＢＣ科技產業園同日交付。"
    found = mentions(text)
    assert {m.surface for m in found if m.kind == "park"} >= {"ＡＢＣ科技產業園"}
    assert all(text[m.start : m.end] == m.surface for m in found if m.passage == 1)


def test_user_list_adds_and_forbids(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "names.txt"
    path.write_text("add park 云上硅巷\nforbid park 银川经开区  # 不是园区\n", encoding="utf-8")
    found = find_names(article("云上硅巷和银川经开区签约。"), Gazetteer(path))
    assert [(m.surface, m.evidence) for m in found if m.kind == "park"] == [("云上硅巷", "user")]


def test_finding_depends_on_the_article_alone() -> None:
    alone = find_names(article("高新区签约。", "海沃集团到场。"), GAZETTEER)
    find_names(article("宿迁国家高新区（以下简称高新区）招商忙。"), GAZETTEER)
    assert find_names(article("高新区签约。", "海沃集团到场。"), GAZETTEER) == alone


_PIECES = st.sampled_from(
    [
        "湖南衡阳",
        "“云台谷”",
        "钟表产业园",
        "项目",
        "开工",
        "、",
        "，",
        "。",
        "等9家企业",
        "有限公司",
        "书记",
        "张三丰",
        "（以下简称",
        "）",
        "市委",
        "的",
        "和",
        "12亿元",
        "ＡＢ",
        "臺灣",
        "·",
        "摄",
        "\n",
        "ﬃ",
        "é",
    ]
)


@settings(max_examples=150, deadline=None)
@example(["湖南衡阳（以下简称", "湖南衡阳）"])
@example(["市委（以下简称", "湖南衡阳）"])
@given(st.lists(st.one_of(st.lists(_PIECES, max_size=25).map("".join), st.text(max_size=60)), min_size=1, max_size=4))
def test_any_text_gives_spans_that_point_back(texts: list[str]) -> None:
    made = article(*texts)
    previous = (-1, -1)
    ends: dict[tuple[str, int], int] = {}
    for mention in find_names(made, GAZETTEER):
        assert made.passages[mention.passage].text[mention.start : mention.end] == mention.surface != ""
        assert (mention.passage, mention.start) >= previous
        previous = (mention.passage, mention.start)
        key = mention.kind, mention.passage
        assert mention.start >= ends.get(key, 0)
        ends[key] = mention.end
