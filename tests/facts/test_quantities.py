"""Numbers, units and bounds as they are printed; the sentences are made up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.facts.quantities import find_quantities, read_quantity
from indexer.facts.units import comparable, dimension, to_base
from indexer.text import fold

CASES = [
    # text, (surface, value, upper value, unit, kind, bound) …
    pytest.param("总投资3.6亿元", ("3.6亿元", "360000000", None, "元", "money", None), id="yi"),
    pytest.param("总投资5至8亿元", ("5至8亿元", "500000000", "800000000", "元", "money", None), id="range-lends-unit"),
    pytest.param("投资五至八亿元", ("五至八亿元", "500000000", "800000000", "元", "money", None), id="range-in-words"),
    pytest.param("3000万到5000万元", ("3000万到5000万元", "30000000", "50000000", "元", "money", None), id="range-wan"),
    pytest.param("8000元至1.2万元", ("8000元至1.2万元", "8000", "12000", "元", "money", None), id="range-two-units"),
    pytest.param("损耗降低20%—70%", ("20%—70%", "20", "70", "%", "percent", None), id="range-percent"),
    pytest.param("工期2-3个月", ("2-3个月", "2", "3", "个月", "duration", None), id="range-hyphen"),
    pytest.param("授信12亿3000万元", ("12亿3000万元", "1230000000", None, "元", "money", None), id="yi-and-wan"),
    pytest.param("百亿级产业", ("百亿级", "10000000000", None, "元", "money", "about"), id="size-class"),
    pytest.param("部署2000+架机柜", ("2000+架", "2000", None, "架", "count", "more"), id="plus"),
    pytest.param("服务器1.2万台", ("1.2万台", "12000", None, "台", "count", None), id="wan-of-things"),
    pytest.param("每万人14.72个", ("14.72个", "14.72", None, "个", "count", None), id="decimal-count"),
    pytest.param("排名第76位", ("第76位", "76", None, "位", "rank", None), id="ordinal"),
    pytest.param("总量居全省第二，", ("第二", "2", None, "位", "rank", None), id="bare-ordinal"),
    pytest.param("第十二届农博会", ("第十二届", "12", None, "届", "rank", None), id="ordinal-in-words"),
    pytest.param("占全市的三分之一", ("三分之一", "33.3333", None, "%", "percent", None), id="third"),
    pytest.param("百分之三点五", ("百分之三点五", "3.5", None, "%", "percent", None), id="percent-in-words"),
    pytest.param("约占两成", ("约占两成", "20", None, "%", "percent", "about"), id="cheng"),
    pytest.param("折算下来约合1亿元", ("约合1亿元", "100000000", None, "元", "money", "about"), id="comes-to-about"),
    pytest.param("越过600亿元", ("越过600亿元", "60000000000", None, "元", "money", "more"), id="passing"),
    pytest.param("位次是第31。", ("第31", "31", None, "位", "rank", None), id="place-is"),
    pytest.param("超六成项目", ("超六成", "60", None, "%", "percent", "more"), id="over-cheng"),
    pytest.param("过半数代表", ("过半", "50", None, "%", "percent", "more"), id="more-than-half"),
    pytest.param("增长5倍", ("5倍", "5", None, "倍", "percent", None), id="times"),
    pytest.param("产量翻了一番", ("一番", "1", None, "番", "percent", None), id="doubled"),
    pytest.param("提高3.2个百分点", ("3.2个百分点", "3.2", None, "百分点", "percent", None), id="points"),
    pytest.param("增速为-1.5%", ("-1.5%", "-1.5", None, "%", "percent", None), id="negative"),
    pytest.param("6.5‰", ("6.5‰", "0.65", None, "%", "percent", None), id="per-mille"),
    pytest.param("550kW电机", ("550kW", "550", None, "千瓦", "capacity", None), id="kilowatt"),
    pytest.param("存储1500PB", ("1500PB", "1500", None, "PB", "capacity", None), id="petabyte"),
    pytest.param("带宽16330G，", ("16330G", "16330", None, "G", "capacity", None), id="capital-g"),
    pytest.param("钢材30t", ("30t", "30", None, "吨", "other", None), id="small-t"),
    pytest.param("厂房21.5万㎡", ("21.5万㎡", "215000", None, "平方米", "area", None), id="square-metre-sign"),
    pytest.param("引进10余家企业", ("10余家", "10", None, "家", "count", "more"), id="yu"),
    pytest.param("帮扶资金1300余万元", ("1300余万元", "13000000", None, "元", "money", "more"), id="yu-inside"),
    pytest.param("二百余万元", ("二百余万元", "2000000", None, "元", "money", "more"), id="yu-in-words"),
    pytest.param("上百家商户", ("上百家", "100", None, "家", "count", "more"), id="shang"),
    pytest.param("近两万名学员", ("近两万名", "20000", None, "名", "count", "less"), id="jin"),
    pytest.param("不足百公里", ("不足百公里", "100", None, "公里", "length", "less"), id="buzu"),
    pytest.param("突破8000公里", ("突破8000公里", "8000", None, "公里", "length", "more"), id="tupo"),
    pytest.param("约25吨", ("约25吨", "25", None, "吨", "other", "about"), id="yue"),
    pytest.param("300人左右", ("300人左右", "300", None, "人", "count", "about"), id="zuoyou"),
    pytest.param("不低于60%", ("不低于60%", "60", None, "%", "percent", "more"), id="negated-bound"),
    pytest.param("两百家以上", ("两百家以上", "200", None, "家", "count", "more"), id="yishang"),
    pytest.param("3.5%以内", ("3.5%以内", "3.5", None, "%", "percent", "less"), id="yinei"),
    pytest.param("数十亿元", ("数十亿元", "1000000000", None, "元", "money", "more"), id="several-tens"),
    pytest.param("七八个村", ("七八个", "7", "8", "个", "count", None), id="neighbours"),
    pytest.param("三四百人", ("三四百人", "300", "400", "人", "count", None), id="neighbours-of-hundreds"),
    pytest.param("１２，３４５元", ("１２，３４５元", "12345", None, "元", "money", None), id="full-width"),
    pytest.param("1,100.9亿元", ("1,100.9亿元", "110090000000", None, "元", "money", None), id="thousands"),
    pytest.param("共24，300家在建", ("300家", "300", None, "家", "count", None), id="chinese-comma-lists"),
    pytest.param("8亿元人民币", ("8亿元人民币", "800000000", None, "元", "money", None), id="renminbi"),
    pytest.param("成交7.2亿美元", ("7.2亿美元", "720000000", None, "美元", "money", None), id="dollar"),
    pytest.param("造价5个亿", ("5个亿", "500000000", None, "元", "money", None), id="ge-yi"),
    pytest.param("时速350公里/小时", ("350公里/小时", "350", None, "公里/小时", "other", None), id="rate"),
    pytest.param("浓度35微克每立方米", ("35微克每立方米", "35", None, "微克/立方米", "other", None), id="rate-in-words"),
    pytest.param("日处理5万吨/日", ("5万吨/日", "50000", None, "吨/日", "other", None), id="rate-a-day"),
    pytest.param("三年内建成", ("三年内", "3", None, "年", "duration", "less"), id="deadline"),
    pytest.param("不到一年时间", ("不到一年", "1", None, "年", "duration", "less"), id="bounded-one-year"),
    pytest.param("车程一个半小时", ("一个半小时", "1.5", None, "小时", "duration", None), id="and-a-half"),
    pytest.param("10大项目", ("10大", "10", None, "个", "count", None), id="great"),
    pytest.param("吸引客户220多万。", ("220多万", "2200000", None, None, "count", "more"), id="no-unit"),
    pytest.param("投资突破15亿，", ("突破15亿", "1500000000", None, "元", "money", "more"), id="money-without-yuan"),
    pytest.param("GDP1.2万亿元", ("1.2万亿元", "1200000000000", None, "元", "money", None), id="behind-letters"),
    pytest.param("從300畝擴大，共２０００家", ("300畝", "300", None, "亩", "area", None),
                 ("２０００家", "2000", None, "家", "count", None), id="traditional"),
    pytest.param("从3家到30家", ("3家", "3", None, "家", "count", None), ("30家", "30", None, "家", "count", None),
                 id="change-is-no-range"),
    pytest.param("12.6万户45.8万人", ("12.6万户", "126000", None, "户", "count", None),
                 ("45.8万人", "458000", None, "人", "count", None), id="side-by-side"),
]  # fmt: skip


@pytest.mark.parametrize("case", [pytest.param(p.values, id=p.id) for p in CASES])
def test_quantities_have_value_unit_and_bound(case):
    text, *expected = case
    assert _quantities(text) == expected


NO_QUANTITIES = [
    pytest.param("inSAR卫星", id="letters"),
    pytest.param("5G+工业互联网，4G网络", id="generation"),
    pytest.param("“3+3+2”产业体系", id="sum"),
    pytest.param("1+1+X模式", id="sum-with-letter"),
    pytest.param("为360、创维供货", id="company"),
    pytest.param("执行GB/T 39117-2020标准", id="standard"),
    pytest.param("电话0731-88888888", id="telephone"),
    pytest.param("型号PD1728和A380", id="model"),
    pytest.param("解放大道188号", id="house"),
    pytest.param("一个村、一些企业、一批项目", id="article"),
    pytest.param("统一部署，一线工人", id="yi-in-words"),
    pytest.param("十分重要，万分感谢，千万不要", id="adverbs"),
    pytest.param("千家万户，百姓，万一", id="idioms"),
    pytest.param("党的二十大精神", id="congress"),
    pytest.param("三位一体，三强一化", id="slogans"),
    pytest.param("市委十二届三次全会", id="session"),
    pytest.param("市第七次党代会报告", id="numbered-congress"),
    pytest.param("第一产业、第一季度、第一书记、第三方", id="ordinal-words"),
    pytest.param("8:30开赛，比分3:1", id="clock-and-score"),
    pytest.param("磁浮3.0列车，2.0版", id="versions"),
    pytest.param("T2航站楼，千兆光纤", id="terminal"),
    pytest.param("三元桥，元旦，成立", id="unit-in-word"),
    pytest.param("2 000 000", id="grouped-by-spaces"),
    pytest.param("几家企业，数家公司", id="indefinite"),
    pytest.param("“五大行动”，“两个毫不动摇”", id="slogans-in-quotes"),
    pytest.param("《条例》第三十二条第二款规定", id="law"),
]


@pytest.mark.parametrize("text", NO_QUANTITIES)
def test_what_only_looks_like_a_quantity(text):
    assert _quantities(text) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(("15", "亩"), ("1", "公顷"), id="mu-hectare"),
        pytest.param(("100", "公顷"), ("1", "平方公里"), id="hectare-square-kilometre"),
        pytest.param(("10000", "平方米"), ("15", "亩"), id="square-metre-mu"),
        pytest.param(("1", "公里"), ("1000", "米"), id="length"),
        pytest.param(("1", "年"), ("12", "个月"), id="duration"),
        pytest.param(("1", "PB"), ("1000", "TB"), id="data"),
        pytest.param(("2", "倍"), ("200", "%"), id="ratio"),
        pytest.param(("3", "家"), ("3", "个"), id="counts"),
        pytest.param(("3", None), ("3", "人"), id="no-unit-counts"),
    ],
)
def test_units_of_one_dimension_compare(left, right):
    assert comparable(left[1], right[1])
    assert to_base(Decimal(left[0]), left[1]) == to_base(Decimal(right[0]), right[1])


@pytest.mark.parametrize(
    ("left", "right"), [("元", "美元"), ("亩", "米"), ("%", "百分点"), ("元/平方米", "元"), ("千瓦", "千瓦时")]
)
def test_other_units_never_compare(left, right):
    assert not comparable(left, right)
    assert dimension(left) != dimension(right)


@pytest.mark.parametrize(
    ("text", "value", "bound"),
    [("100亿元", "10000000000", None), ("超过100亿元", "10000000000", "more"), ("50亿以上", "5000000000", "more"),
     ("500亩", "500", None)],
)  # fmt: skip
def test_a_whole_text_is_read_as_one_quantity(text, value, bound):
    quantity = read_quantity(text)
    assert quantity is not None
    assert (quantity.value, quantity.bound) == (Decimal(value), bound)


@pytest.mark.parametrize("text", ["", "元", "3家5家", "约3家吧"])
def test_a_text_that_is_not_one_quantity_is_refused(text):
    assert read_quantity(text) is None


@given(
    st.text(
        alphabet="0123456789一二两三十百千万亿半几第个家元%亩年月日天至—-+.,/多余约超近以上GkW分之成倍大 。",
        max_size=60,
    )
)
def test_quantities_are_sorted_and_within_the_text(text):
    end = 0
    for quantity in find_quantities(text.lower(), text):
        assert end <= quantity.start <= quantity.number < quantity.end <= len(text)
        assert quantity.high is None or quantity.high > quantity.value
        end = quantity.end


def _quantities(text: str) -> list[tuple[object, ...]]:
    folded = fold(text)
    printed = text if folded.starts is None else "".join(text[start] for start in folded.starts)
    return [
        (text[slice(*folded.span(q.start, q.end))], str(q.value), None if q.high is None else str(q.high), q.unit, q.kind,
         q.bound)
        for q in find_quantities(folded.text, printed)
    ]  # fmt: skip
