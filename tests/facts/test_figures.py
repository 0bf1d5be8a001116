"""Figures: metric, subject, period and target of a quantity in its sentence; the sentences are made up."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.facts import Figure, NameSpan, find_figures

METRICS = [
    # text, metric of each figure
    pytest.param("该项目总投资35亿元，占地680亩。", ["总投资", "占地"], id="before-the-number"),
    pytest.param("全市共有重点项目24个。", ["重点项目"], id="counted-before"),
    pytest.param("已布局45个产业园，已有17个竣工。", ["布局产业园", "产业园竣工"], id="counted-behind"),
    pytest.param("已引进甲公司、乙公司等30余家龙头企业。", ["引进龙头企业"], id="list-that-is-counted"),
    pytest.param("建成甲云、乙云等企业云平台65个。", ["建成企业云平台"], id="list-before-the-noun"),
    pytest.param("实现产值53亿元，同比增长7.5%。", ["实现产值", "实现产值同比增长"], id="change-takes-the-measure"),
    pytest.param("规模达10亿元，占比42%，较去年提升2个百分点。", ["规模", "规模占比", "占比提升"], id="points-of-a-share"),
    pytest.param("接待游客20万人次，实现收入9亿元，分别增长3%和5%。",
                 ["接待游客", "实现收入", "接待游客增长", "实现收入增长"], id="respectively"),
    pytest.param("集中签约的12大项目总投资46亿元。", ["集中签约的项目", "项目总投资"], id="clause-with-two-figures"),
    pytest.param("18个投资额在3000万元以上的新建项目开工。", ["新建项目", "投资额"], id="figure-inside-a-noun-phrase"),
    pytest.param("企业上云3000家、上平台600家。", ["企业上云", "上平台"], id="list-of-figures"),
    pytest.param("全市研发投入强度3.2%，居全省第一。", ["研发投入强度", "研发投入强度"], id="rank-of-the-measure-before"),
    pytest.param("总产值由120亿元增长到210亿元。", ["总产值", "总产值增长"], id="from-to"),
    pytest.param("成熟度达到国家标准(GB/T 1-2020)三级。", ["成熟度达到国家标准"], id="past-a-bracket"),
    pytest.param("财政拿出900余万元，用于支持技术改造。", ["财政拿出用于支持技术改造"], id="purpose"),
    pytest.param("占地30公顷的公园，每人年均增收1200元。", ["占地", "每人年均增收"], id="attribute"),
    pytest.param("力争30%以上的科研院所参与。", ["科研院所"], id="share-of"),
    pytest.param("前者占地80亩，后者的总投资是5亿元。", ["占地", "总投资"], id="former-and-latter"),
    pytest.param("那里的研发机构有12家。", ["研发机构"], id="pointing-words"),
    pytest.param("年产值可望做到20亿元，税收升到3亿元。", ["年产值", "税收"], id="verbs-of-reaching"),
    pytest.param("这条路有多长？答案是23公里。", [None], id="words-that-measure-nothing"),
    pytest.param("完成改造，他给3年。", [None], id="pronoun"),
    pytest.param("园区已经建成并陆续启用的有8个。", ["园区已经建成并陆续启用"], id="verb-that-ends-in-a-particle"),
    pytest.param("充电桩2022年新建500个。", ["充电桩新建"], id="noun-before-the-date"),
    pytest.param("总产值40亿元，比上年多了7%。", ["总产值", "总产值比上年多"], id="compared-with"),
    pytest.param("营收增长9%，越过60亿元。", ["营收增长", "营收"], id="amount-after-a-growth"),
    pytest.param("深度“上链”的有30家。", ["深度“上链”"], id="quotation-marks-stay-paired"),
    pytest.param("名列百强城市，增速比全省高2个百分点。", ["城市", "增速比全省高"], id="change-of-no-rank"),
    pytest.param("奖金发给8人，奖项一共分为五类。", ["奖金", "奖项"], id="verbs-of-giving-and-dividing"),
    pytest.param("光伏组件的产量在全省都排第一。", ["光伏组件的产量"], id="rank-behind-a-place"),
    pytest.param("车间的管理水平要对上行业标准GB/T 12345-2020的第二级。", ["管理水平要对上行业标准GB/T 12345-2020"],
                 id="long-words-are-cut-at-a-particle"),
    pytest.param("把绿色发展排在第一位。", ["绿色发展"], id="object-marker-before-a-rank"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "metrics"), METRICS)
def test_metrics_are_the_words_of_the_clause(text, metrics):
    assert [figure.metric for figure in find_figures(text, date="2022")] == metrics


TARGETS = [
    pytest.param("2022年完成产值3亿元。", [False], id="fact"),
    pytest.param("力争2025年产值突破16亿元。", [True], id="aim"),
    pytest.param("计划布局45个产业园，已竣工17个。", [True, False], id="plan-and-fact"),
    pytest.param("到2025年，产能达到50万辆，培育企业5家以上。", [True, True], id="year-ahead"),
    pytest.param("2019年，产能达到50万辆。", [False], id="year-past"),
    pytest.param("到2021年底，总带宽为800G。", [False], id="by-a-year-past"),
    pytest.param("规划用地1200亩，总投资5亿元。", [True, False], id="planning-holds-for-its-clause"),
    pytest.param("项目建成后，年产值20亿元，可容纳企业200家。", [True, True], id="once-built"),
    pytest.param("完成年度计划的112%，是目标数的2倍。", [False, False], id="plan-as-a-noun"),
    pytest.param("将52家企业纳入名单。", [False], id="object-marker"),
    pytest.param("将由甲公司投资约25亿元。", [True], id="future"),
    pytest.param("投资将近25亿元，虚拟展厅2个。", [False, False], id="nearly-and-virtual"),
    pytest.param("通行时间将由原来的3小时缩短至50分钟。", [False, True], id="base-of-a-change"),
    pytest.param("三年内可引进企业20家。", [True, True], id="deadline"),
    pytest.param("要建的泊位是45个，厂房容得下企业60家。", [True, True], id="to-be-built-and-room-for"),
]


@pytest.mark.parametrize(("text", "targets"), TARGETS)
def test_targets_are_told_from_facts(text, targets):
    assert [figure.target for figure in find_figures(text, date="2022-06")] == targets


PERIODS = [
    pytest.param("2021年产值3亿元；2022年，产值4亿元。", ["2021年", "2022年"], id="last-date-before"),
    pytest.param("去年5月签约。此次签约项目24个。", ["2021年5月"], id="from-the-sentence-before"),
    pytest.param("今年1至5月营收3亿元，较去年同期增长7%。", ["2022年1—5月"] * 2, id="not-what-is-compared-with"),
    pytest.param("公司成立于2005年，员工500人。", [None], id="not-when-it-began"),
    pytest.param("3月12日，占地1200亩的园区开工。", [None], id="not-for-a-standing-property"),
    pytest.param("3月12日，公司表示，力争产值达5亿元。", [None], id="not-the-day-a-goal-was-told"),
    pytest.param("力争2023年产值达5亿元。", ["2023年"], id="year-of-a-goal"),
    pytest.param("目前有企业860家。", ["2022年（目前）"], id="now"),
    pytest.param("近3年，19个项目入选。", ["近3年"], id="stretch"),
    pytest.param("3至5年内产量提高60%。", [None, "3至5年内"], id="deadline"),
    pytest.param("共有企业860家。", [None], id="none"),
]


@pytest.mark.parametrize(("text", "periods"), PERIODS)
def test_periods_are_resolved(text, periods):
    assert [figure.period for figure in find_figures(text, date="2022-06")] == periods


def test_a_period_has_iso_dates():
    [figure] = find_figures("去年1至11月营收3亿元。", date="2022")
    assert (figure.period_start, figure.period_end) == ("2021-01", "2021-11")


def _named(text: str, *names: tuple[str, str]) -> list[NameSpan]:
    return sorted(NameSpan(text.index(name), text.index(name) + len(name), name, kind) for name, kind in names)


SUBJECTS = [
    # text, names in it, subject of the last figure
    pytest.param("云谷产业园产值3亿元。", [("云谷产业园", "park")], "云谷产业园", id="nearest-before"),
    pytest.param("甲公司与云谷产业园签约，投资3亿元。", [("甲公司", "organization"), ("云谷产业园", "park")], "甲公司",
                 id="not-what-comes-after-with"),
    pytest.param("甲公司落户云谷产业园，投资3亿元。", [("甲公司", "organization"), ("云谷产业园", "park")], "甲公司",
                 id="not-where"),
    pytest.param("云谷产业园引进甲公司、乙公司等30家企业。",
                 [("云谷产业园", "park"), ("甲公司", "organization"), ("乙公司", "organization")], "云谷产业园",
                 id="not-the-list-that-is-counted"),
    pytest.param("位于东县、占地500亩的云谷产业园开园。", [("东县", "place"), ("云谷产业园", "park")], "云谷产业园",
                 id="owner-behind"),
    pytest.param("云谷产业园开园。入驻企业20家。", [("云谷产业园", "park")], "云谷产业园", id="sentence-before"),
    pytest.param("云谷产业园开园。该园区占地500亩。", [("云谷产业园", "park")], "云谷产业园", id="pointing-back"),
    pytest.param("云谷产业园开园。我市企业达860家。", [("云谷产业园", "park")], "我市", id="our-city"),
    pytest.param("乙研究院发布报告显示，东州产值达3亿元。", [("乙研究院", "organization"), ("东州", "place")], "东州",
                 id="not-the-source"),
    pytest.param("第二届云谷文化节举办，吸引游客3万人。", [], "第二届云谷文化节", id="event"),
    pytest.param("总投资3亿元的云谷智造项目开工。", [], "云谷智造项目", id="owner-without-names"),
    pytest.param("增长3%。", [], None, id="nothing-to-name"),
    pytest.param("云谷产业园以东州高新区为核心，面积50亩。", [("云谷产业园", "park"), ("东州高新区", "park")], "云谷产业园",
                 id="not-what-serves-as"),
    pytest.param("云谷产业园再扩容，甲公司、乙公司都在其列；重点项目18个。",
                 [("云谷产业园", "park"), ("甲公司", "organization"), ("乙公司", "organization")], "云谷产业园",
                 id="not-a-list-that-is-only-named"),
    pytest.param("云谷产业园开园，外来的有甲公司、乙公司，骨干企业超过30家。",
                 [("云谷产业园", "park"), ("甲公司", "organization"), ("乙公司", "organization")], "云谷产业园",
                 id="not-who-is-listed-as-being-there"),
    pytest.param("东湖智能厂房与云谷产业园项目同年动工，后者的总投资是5亿元。", [("云谷产业园", "park")], "云谷产业园项目",
                 id="the-latter"),
    pytest.param("“粮仓通”平台连接农户3万户。", [], "“粮仓通”平台", id="platform-in-quotes"),
    pytest.param("第5次“云谷早餐会”举行。", [], "“云谷早餐会”", id="numbered-event-in-quotes"),
    pytest.param("云谷产业园覆盖全国20多个省。", [("云谷产业园", "park")], "云谷产业园", id="not-the-whole-country"),
    pytest.param("东州覆盖率达95%，在中部地区排名第一。", [("东州", "place"), ("中部地区", "place")], "东州",
                 id="not-where-it-ranks"),
    pytest.param("市里拿出3000万元。", [], "市里", id="town-hall"),
    pytest.param("超过30%的企业参与。", [], None, id="a-bare-noun-is-no-subject"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names", "subject"), SUBJECTS)
def test_subjects_are_the_fitting_name(text, names, subject):
    assert find_figures(text, names=_named(text, *names))[-1].subject == subject


def test_the_topic_is_the_subject_when_the_passage_names_none():
    [figure] = find_figures("总投资3亿元。", topic="云谷产业园")
    assert figure.subject == "云谷产业园"


def test_names_may_be_plain_tuples():
    [figure] = find_figures("ＡＢ园区产值3亿元。", names=[(0, 4, "AB园区")])
    assert figure.subject == "AB园区"


def test_a_name_inside_a_longer_one_is_not_the_subject():
    text = "东州大学城产业园产值3亿元。"
    names = _named(text, ("东州大学城产业园", "park"), ("大学城产业园", "organization"))
    assert find_figures(text, names=names)[0].subject == "东州大学城产业园"


def test_a_figure_tells_its_sentence_and_place():
    text = "　好！全市总投资3.6亿元。完。"
    [figure] = find_figures(text)
    assert figure.sentence == "全市总投资3.6亿元。"
    assert text[slice(*figure.sentence_span)] == figure.sentence
    assert text[slice(*figure.span)] == figure.surface == "3.6亿元"


def test_ability_to_do_is_a_capacity():
    assert [f.kind for f in find_figures("形成3万台服务器的运营能力，新增产能50万辆。")] == ["capacity", "capacity"]


def test_json_has_numbers_and_no_ascii_escapes():
    [figure] = find_figures("2022年增速5至7.5%。")
    written = json.dumps(figure.to_json(), ensure_ascii=False)
    assert '"value": 5, "value_high": 7.5, "unit": "%"' in written


_ALPHABET = "0123456789一二三十百万亿半几第个家元%亩年月日天至—-+.,，。；、（）“”的了达增长总投资项目园区等分别将已计划目前我市该使Ａ㎡é个百分点以上\n "


@given(
    st.text(alphabet=_ALPHABET, max_size=80),
    st.sampled_from([None, "2021", "2021-06-30"]),
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 6)), max_size=4),
)
def test_figures_point_back_into_any_text(text, date, places):
    names = [(start, start + length, "名") for start, length in places if start + length <= len(text)]
    end = 0
    for figure in find_figures(text, date=date, previous=text[::-1], names=names):
        assert text[slice(*figure.span)] == figure.surface
        assert text[slice(*figure.sentence_span)] == figure.sentence
        assert figure.sentence_span[0] <= figure.span[0] < figure.span[1]
        assert end <= figure.span[0]
        end = figure.span[1]


def test_the_same_text_gives_the_same_figures():
    text = "目前，全市共有企业860家，其中规上企业82家。"
    assert find_figures(text) == find_figures(text)
    assert all(isinstance(figure, Figure) for figure in find_figures(text))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3月5日5家" * 1000, 1000),
        ("该项目" * 2000 + "5家" * 500, 500),
        ("了" * 20_000 + "5家", 1),
        ("9" * 20_000 + "家", 0),
    ],
    ids=["dates", "pointing-words", "no-punctuation", "digits"],
)
def test_texts_without_end_are_read_in_linear_time(text, count):
    # Each took seconds to minutes when it was looked back to the beginning for every figure.
    assert len(find_figures(text, date="2021")) == count
