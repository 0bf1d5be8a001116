"""What a quantity measures, in the words of its clause.

Before the number stands what is measured (总投资184.3亿元, 重大项目共24个), or behind it what is counted, with the
verb before (布局45个产业园区: 布局产业园区). A change without a noun of its own takes the measure named before it in
the sentence (产值40.5亿元，比上年增长12%: 产值同比增长).

A metric is a list of spans of the folded text, to be cut from the printed one and joined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.facts.frame import Frame, Passage
from indexer.facts.quantities import Quantity

__all__ = ["Metric", "find_metric"]

Span = tuple[int, int]

# What links a measure to its number and is no part of it; also what begins a clause without naming anything.
_LINK = re.compile(
    r"(?=[的接近超全不仅只发颁一总共分在这那要可有预累做升增涨减降冲推赶到越跨迈达约相隔则办为是合已现均各就至人折了着出短用历耗将由从原能每突高也都还又、“”’‘《\s等])"
    r"(?:的(?:答案|回答|结果)|(?:接近|超过?)全[国省市]|不过|[仅只]需|发给|颁给|[一总]?共?分[为作成]|一共分|在?[这那]|(?<![主需重次首纲摘概简扼])要|(?:(?:[可有]望|预计|一?共|累计)?[做升增涨减降冲推赶]到|越过|跨过|迈过)了?|达到了?|可达到?|达成|达|约为|约有|约合|约占|[可有]望|只?相?隔|(?<![规细原准守通法])则|(?<![筹主承举协督开合创查停])办到?|(?<!行)为|是|共有|总共|一共|共计|(?<!公)共|累计|合计|总计|已有|现有|只有|仅有|(?<![享拥持具含占])有|"
    r"(?<![人年户亩日平])均|各|分别|仅|只|(?<!成)就|(?<![节合签])约|至今|人民币|折合|至|(?<!收)到|了|着|的|在|(?<![拿推支选评派输进列高低多少])出|短短|用时|历时|在(?:这里|那里|此|当地)[一-龥]{0,2}|"
    r"耗时|(?<![启投使利占采信费作应引雇适通公民商军家专可运租备])用|已经|已|将|(?<![自理])由|从|原来|原先|(?<!许)可|能够|每|突破|超过|超|(?<!附)近|接近|高达|也|(?<![成首])都|(?<![归偿])还|又|、|“|”|’|‘|《|\s|等)+$"
)
# The last characters of all that links, but for 在这里…: where none stands, which is most places, no link need be tried
# at every character before.
_LINK_ENDS = frozenset(
    "案答果国省市过需给为作成分这那要到了达有合占望隔则办是共计均各别仅只就约今币至着的在出短时里此地用经已将由从来先可够每破超近也都还又、“”’‘《等"
)
_AT_THIS_PLACE = len("在这里") + 2
_OPENING = re.compile(
    r"(?:[后前两二三]者(?:的|中)?|[那这]里(?:面)?的?|[他她它](?:们)?的?|其(?=[总年产投中余])(?:中|余)?|另外?有?|剩下的?|这(?:一年|些|是|里)|那么?|其实|[可有]望|了|的|共计|共|总共|其中|包括|包含|并且|并|且|等|也|还|又|同时|此外|另外|据悉|目前|当前|现有|已经|已|将|预计|计划|力争|争取|拟|有望|要|"
    r"全年|累计|合计|我们|以及|并?把(?!握|关)|和|与|及|或|、|“|”|’|‘|在(?![校建线职编研岗])|于|此次|本次|这次|这些|该(?:公司|项目|园区|企业|[市县区镇乡村省校院])?|我[市省县区国们州]|全[市省县区国州球]|以来|以|从|"
    r"后(?![者勤备台])|底|前|年?同期|期间|连续|分别|各|有|是|为|使|让|首[批个家座条台]|第一批|\s|-|—|·|\*|#|>)+"
)
_VERB = re.compile(
    r"引进|建成|新建|在建|落地|布局|培育|拥有|打造|建设|实施|签约|新增|新签|汇聚|聚集|集聚|入驻|发放|投放|投入|吸引|吸纳|带动|创建|获批|获评|"
    r"搭建|形成|开通|部署|设置|设立|成立|组建|推动|推进|支持|服务|覆盖|举办|举行|开展|出台|招引|储备|安排|拿出|提供|生产|销售|出口|"
    r"接待|培训|改造|整治|清理|受理|解决|办理|惠及|帮扶|种植|养殖|流转|联通|连接|连通|支撑|入选|入围|列入|荣获|获得|认定|登记|减免|筹集|募集|"
    r"争取|容纳|聘请|邀请|选派|派出|组织|收到|查处|破获|抓获|发现|新开|开工|竣工|投产|投用|招聘|录用|录取|毕业|招收|安置|救助|资助|捐赠|捐款|"
    r"授予|评选|命名|发布|推出|研发|制定|修订|创造|完成|实现|运行|运营|涉及|共享|享有|呈现|构建|实施了|召开|排查|整改|植树|造林|修建|铺设|安装|"
    r"采购|配备|发展|孵化|申报|申请|授权|转化|处理|减少|增加|化解|盘活|腾退|清退|拆除|征收|收储|供应|储存|节约|创办|领办|流入|汇集|集中"
)
_NOUN = re.compile(r"(?:的|多)?((?P<quoted>[“‘《][^“”‘’《》,。]{1,24}[”’》])?[^,;:。!?…()\n、\s]{0,40})")
# A verb before the noun it belongs to: 12个竣工项目, 1个集中空间平台.
# Words that name no measure by themselves (答案是23公里), and pronouns left over.
_NOTHING = re.compile(
    r"(?:[他她它我你谁这那其]们?|答案|回答|数字|数据|结果|目标|情况|实际|一年|自己|[每一两二三几各][家个样者项次处座批位种]|"
    r"给|把|被|对|向|将|让|和|与|从|在|于|进|到|过|做|就|才|再|[、“”‘’《》\s])+$"
)
# A measure of one character; any other is a piece of a word.
_SHORT_MEASURES = frozenset("长宽高深厚重占多少快慢低跌涨降增减税")
# Where a run of words may be cut without cutting a word.
_CUT = re.compile(r"[的、”和与及在是为将被从对向了着于把]")
# A noun behind the number that begins like this is none: 92%和长沙市的84%.
_NO_NOUN = frozenset("和与及或、的了在是而也则并比为至到,”")
# What is left of a comparison, without the measure: 比上年多了17%.
_COMPARATIVE = re.compile(r"(?:上年|去年|同期|以前|过去|原来|全[国省市]|平均数?)?[多少高低快慢]出?$")
_NOUN_TAIL = re.compile(
    r"(?:项目|企业|平台|园区?|基地|工程|公司|产品|系统|中心|品牌|场景|案例|奖项?|区|市场|工厂|产业|机构|单位|户|人员|人|点|站|库)$"
)
_BEHIND = re.compile(r"(?:的?时间|的|多)?[,]?(?:内|里|便|就|即)?([^,;:。!?…()\n、\s]{2,40})")
# A noun phrase behind a number ends where one of these begins (not at its first character).
_NOUN_END = re.compile(
    r"竣工|投[入产用]|开工|建成|签约|落[户地成]|入[选驻围园库]|列入|纳入|获[得评批准]|荣获|受邀|参[加与观]|集中(?!区|度|供|式|连)|正[在式]|(?<![人年平日户])均|已|将|"
    r"被|把|在(?!建|线|校|职|制|产|研|编|岗)|于|为|是(?!否)|从(?!业|事)|(?<!意)向|结对|与|和(?!谐)|及|并(?!购|网|联)|等|或|以[上下及]?|之|来自|前来|进行|实[施现行]|完成|达[到成]|占(?!地|用)|"
    r"乘坐|[”》]|总投资|投资额|年产值|产值|同比|增长|分别|全部|陆续|相继|先后|组成|构成|同时|成为|成功|充分|一齐|一起|一同|一道|集体|齐聚|亮相|[坐乘](?=[一-龥]{0,3}车)|一个|一座|一条|一家|这(?=[是里])|得[到以]|享受|提供|抢先|率先|前来|同场|详细|通过|集聚(?!区)|汇聚|聚集(?!区)|精心|策划|联合(?!会|体)|共同|"
    r"可|能够|还|也(?!门)|要|应|需要|必须|都(?!市)|就(?!业)|而|但|因|由(?![器贸])|让|使(?!用|馆)|(?<!结)对(?!外|接|口)|给|比(?!例|重|赛)|的(?:时候|话)"
)
# Words that say how something changed or compares: alone they do not tell what.
_CHANGE = re.compile(
    r"同比|环比|年均|增长|增速|增幅|加快|放缓|增加(?!值)|增(?![加值])|提升|提高|上升|下降|减少|降低|降|回落|收窄|扩大|比(?![例赛重])|较|占比|占(?!地|用)|高于|低于|高出|跌|涨|翻"
)
_PLACE = re.compile(
    r"(?:(?:在|都|还|放眼|并列|稳居|均居|均列|均|排名|排在|排|名列|位列|位居|跃居|居于|居|列|位|跻身|进入|保持|前|继续|连续)*"
    r"(?:全[国省市球县区州]|世界|国内|省内|市内|行业|亚洲|中部|西部|中西部|同类)*(?:地区)?(?:[一-龥]{0,6}城市)?(?:排名|[都均也皆]?[排居列位])?)$"
)
# 拿出1300余万元,专门用于支持技术改造.
_PURPOSE = re.compile(r"[^,;。]{0,6}?,?[^,;。]{0,4}?((?:用于|投向|支持)[^,;。!?]{2,16})")
_MAX_RESPECTIVE = 16  # measures and changes in one sentence
_MAX_LENGTH = 18


@dataclass(frozen=True, slots=True)
class Metric:
    """Spans of the metric; ``own`` are those of the quantity's clause, without what was taken over from before."""

    spans: tuple[Span, ...]
    own: tuple[Span, ...]
    noun: Span | None = None


def find_metric(passage: Passage, frame: Frame, names: list[Span], earlier: Sequence[Metric]) -> Metric:
    """The metric of a quantity.

    ``names`` are spans of names, which belong to the subject. ``earlier`` are the metrics of all quantities before it in
    the passage.
    """
    before, before_quantity = _same_sentence(passage, frame, earlier)
    text, quantity = passage.text, passage.quantities[frame.index]
    if text[quantity.start - 1 : quantity.start] == "等" and quantity.kind == "count":
        left = _list_verb(text, frame, quantity)
    else:
        left = _left_words(text, quantity, frame, names) or _before_bracket(passage, quantity, frame)
    noun = _counted(passage, frame) if _counts(text, quantity, left) else None
    if noun:
        spans = _with_verb(text, left, noun)
        return Metric(spans, spans, noun)
    purpose = _PURPOSE.match(text, quantity.end, frame.sentence[1]) if quantity.kind == "money" else None
    verb = _last(_VERB, text, left) if purpose and left else None
    if purpose and (left is None or (verb and verb[1] == left[1])):
        spans = ((left,) if left else ()) + (purpose.span(1),)
        return Metric(spans, spans)
    if left in names:
        left = None  # 株洲现有37个, 走廊的答案是23公里
    respective = _respective(passage, frame, earlier) if left is None and before else None
    if respective and before:
        return Metric((*respective.spans, *before.own), before.own)
    if left is None or (left == _list_verb(text, frame, quantity) and quantity.kind == "count"):
        return _taken_over(passage, frame, before, before_quantity)
    return _of_words(passage, frame, left, earlier)


def _of_words(passage: Passage, frame: Frame, left: Span, earlier: Sequence[Metric]) -> Metric:
    """The metric that the words before the number give, a change with what it changes."""
    text, quantity = passage.text, passage.quantities[frame.index]
    before, before_quantity = _same_sentence(passage, frame, earlier)
    named = _noun_before_date(passage, frame, left)
    if named:
        return Metric((named, left), (named, left))
    listed = _behind_list(text, frame.left, left)
    if listed:
        return Metric(listed, listed)
    if _COMPARATIVE.match(text, *left):
        left = (_compared_with(text, frame, left), left[1])
    if before and before_quantity and _changes(text, left):
        respective = _respective(passage, frame, earlier)
        if respective:
            return Metric((*respective.spans, left), (left,))
        before = _changed(passage, frame, earlier)
        if before is None:
            return Metric((left,), (left,))
        base = tuple(span for span in before.spans if not _CHANGE.match(text, *span)) or before.spans[:1]
        if quantity.unit == "百分点" and before.own and text.startswith("占", before.own[0][0]):
            base = before.own  # 占比42%，提升2个百分点: it is the share that rose
        return Metric((*base, left), (left,))
    return Metric((left,), (left,))


def _noun_before_date(passage: Passage, frame: Frame, left: Span) -> Span | None:
    """5G基站 in 5G基站2022年新建1947个: what the verb behind the date is said of."""
    text = passage.text
    dated = passage.dates_before(left[0])
    if not dated or passage.dates[dated - 1][1] != left[0] or not _VERB.fullmatch(text, *left):
        return None
    start, end = frame.clause[0], passage.dates[dated - 1][0]
    if not start < end <= start + _MAX_LENGTH or text[end - 1] in "在于到至从由的":
        return None
    opening = _OPENING.match(text, start, end)
    return (opening.end() if opening else start, end) if not opening or opening.end() < end else None


def _changed(passage: Passage, frame: Frame, earlier: Sequence[Metric]) -> Metric | None:
    """The metric that a change is one of: the last in the sentence that is no rank."""
    for index in range(frame.index - 1, max(-1, frame.index - _MAX_RESPECTIVE), -1):
        if passage.quantities[index].start < frame.sentence[0]:
            break
        if passage.quantities[index].kind != "rank":
            return earlier[index]
    return None


def _compared_with(text: str, frame: Frame, left: Span) -> int:
    """Where 比 stands in 比上年多了17%, else where the words begin."""
    base = text.rfind("比", max(frame.clause[0], left[0] - 8), left[0])
    return base if base >= 0 else left[0]


def _same_sentence(
    passage: Passage, frame: Frame, earlier: Sequence[Metric]
) -> tuple[Metric, Quantity] | tuple[None, None]:
    """Metric and quantity before this one, if they stand in the same sentence."""
    if not earlier or passage.quantities[frame.index - 1].start < frame.sentence[0]:
        return None, None
    return earlier[-1], passage.quantities[frame.index - 1]


def _respective(passage: Passage, frame: Frame, earlier: Sequence[Metric]) -> Metric | None:
    """接待游客…万人次，实现收入…亿元，分别增长12.4%和15.7%: each change with the measure in its place."""
    if "分别" not in passage.text[frame.clause[0] : frame.clause[1]]:
        return None
    low, high = frame.clause
    first = max(0, frame.index - _MAX_RESPECTIVE)
    near = range(first, min(len(passage.quantities), frame.index + _MAX_RESPECTIVE))
    changes = [i for i in near if low <= passage.quantities[i].start < high and passage.quantities[i].kind == "percent"]
    measured = [
        i
        for i in near
        if frame.sentence[0] <= passage.quantities[i].start < low
        and passage.quantities[i].kind not in {"percent", "rank"}
    ]
    if len(changes) < 2 or len(measured) < len(changes) or frame.index not in changes:
        return None
    return earlier[measured[len(measured) - len(changes) + changes.index(frame.index)]]


def _list_verb(text: str, frame: Frame, quantity: Quantity) -> Span | None:
    """引进 in 已引进华为、中兴等30余家: the verb that opens a list which the number counts."""
    if text[quantity.start - 1 : quantity.start] != "等":
        return None
    opening = _OPENING.match(text, frame.left, quantity.start)
    verb = _VERB.match(text, opening.end() if opening else frame.left, quantity.start)
    return verb.span() if verb else None


def _behind_list(text: str, start: int, left: Span) -> tuple[Span, ...] | None:
    """建起纺织云、陶瓷云等平台65个: the verb, and what the list is of."""
    mark = text.rfind("等", left[0], left[1] - 2)
    if mark < 0 or "、" not in text[start:mark]:
        return None
    noun = (mark + 1, left[1])
    verb = _VERB.match(text, left[0], mark)
    return (verb.span(), noun) if verb else (noun,)


def _counts(text: str, quantity: Quantity, left: Span | None) -> bool:
    """Whether the words behind the number are what it counts, and not those before it."""
    following = text[quantity.end : quantity.end + 1]
    if not following or following in ",;:。!?…()、\n )":
        return False
    if left is None or quantity.kind in {"count", "rank"}:
        return True
    if quantity.kind == "percent":
        return following == "的" and not text.startswith("是", left[0])
    verb = _last(_VERB, text, left)
    return verb is not None and verb[1] == left[1] and text[left[1] - 2 : left[1]] != "投资"


def _left_words(text: str, quantity: Quantity, frame: Frame, names: list[Span]) -> Span | None:
    """The words before the number that name a measure, or None."""
    start, end = frame.left, quantity.start
    inside = [name for name in names if start <= name[0] and name[1] < end]
    if inside:
        tail = _strip(text, inside[-1][1], end, quantity)
        if tail:
            return tail
        if len(inside) > 1 and text[inside[-1][1] : inside[-1][1] + 1] != "、":
            start = inside[-2][1]
    whole = _strip(text, start, end, quantity)
    return None if inside and whole and whole[1] > inside[-1][1] else whole  # a name and words that measure nothing


def _before_bracket(passage: Passage, quantity: Quantity, frame: Frame) -> Span | None:
    """成熟度达到国家标准(GB/T 39117-2020)三级: a bracket is passed over."""
    text = passage.text
    if text[frame.left - 1 : frame.left] != ")" or text[frame.left : quantity.start].strip():
        return None
    opened = text.rfind("(", frame.sentence[0], frame.left)
    if opened < 0:
        return None
    return _strip(text, passage.clause_start(opened, frame.sentence[0]), opened, quantity)


def _strip(text: str, start: int, end: int, quantity: Quantity) -> Span | None:
    end = _before_link(text, start, end)
    if quantity.kind == "rank":
        place = _PLACE.search(text, start, end)
        if place:
            end = place.start()
            if end <= start:
                return None
            end = _before_link(text, start, end)
    opening = _OPENING.match(text, start, end)
    if opening and opening.end() < end:
        start = opening.end()
    elif opening:
        return None
    if end - start > _MAX_LENGTH:
        start = _shorten(text, start, end)
    if end <= start or _NOTHING.match(text, start, end) or (end - start == 1 and text[start] not in _SHORT_MEASURES):
        return None
    return _whole_quotes(text, start, end)


def _before_link(text: str, start: int, end: int) -> int:
    """Where the words that end at ``end`` end without what links them to the number."""
    last = text[end - 1 : end]
    if not (last in _LINK_ENDS or last.isspace() or text.rfind("在", max(start, end - _AT_THIS_PLACE), end) >= 0):
        return end
    link = _LINK.search(text, start, end)
    return link.start() if link else end


def _whole_quotes(text: str, start: int, end: int) -> Span:
    """The span with the other half of a quotation mark that was cut off: 深度“上云, 数字经济日”."""
    opened, closed = text.rfind("“", start, end), text.find("”", start, end)
    if opened > text.rfind("”", start, end):
        return (start, end + 1) if text[end : end + 1] == "”" else (start, end)
    if closed >= 0 and text.find("“", start, closed) < 0:
        low = text.rfind("“", max(0, start - _MAX_LENGTH), start)
        return (low, end) if low >= 0 and "”" not in text[low:start] else (closed + 1, end)
    return start, end


def _shorten(text: str, start: int, end: int) -> int:
    """Where a long run of words is cut: at its last verb or list mark, so that the head noun stays."""
    verb = None
    for verb in _VERB.finditer(text, start, end - 2):
        if end - verb.start() <= _MAX_LENGTH:
            break
    if verb and end - verb.start() <= _MAX_LENGTH:
        return verb.start()
    listed = max(text.rfind("、", end - _MAX_LENGTH, end), text.rfind("的", end - _MAX_LENGTH, end - 1))
    if listed >= start:
        return listed + 1
    cut = _CUT.search(text, end - _MAX_LENGTH, end - 2)
    cut = cut or _CUT.search(text, max(start, end - 2 * _MAX_LENGTH), end - _MAX_LENGTH)
    return cut.end() if cut else max(start, end - 2 * _MAX_LENGTH)


def _counted(passage: Passage, frame: Frame) -> Span | None:
    """The noun phrase behind the number: 产业园区 in 45个产业园区, 钟表企业 in 两百家钟表企业."""
    text, quantity = passage.text, passage.quantities[frame.index]
    start, right = quantity.end, frame.right
    following = passage.quantities[frame.index + 1] if frame.index + 1 < len(passage.quantities) else None
    if following and right == following.start < frame.clause[1] and text.startswith("的", following.end):
        start, right = following.end, frame.clause[1]  # 24个投资额超过亿元的新项目
    match = _NOUN.match(text, start, right)
    if match is None:
        return None
    begin, end = match.span(1)
    after = match.end("quoted") if match["quoted"] else begin
    if not match["quoted"] and (closing := text.find("”", begin, end)) >= 0:
        end = closing
    stop = _NOUN_END.search(text, after, end)
    if stop and stop.start() == begin:
        again = _NOUN_END.search(text, stop.end(), end)
        end = again.start() if again else end
        if not _NOUN_TAIL.search(text, stop.end(), end):
            return None
    elif stop:
        end = stop.start()
    inner = text.rfind("的", after, end)
    if inner >= 0:
        begin, end = (inner + 1, end) if end - inner > 2 else (begin, inner)
    while end - begin > 2 and text[end - 1] in "中里内上":
        end -= 1
    return (begin, min(end, begin + _MAX_LENGTH)) if end - begin > 1 else None


def _with_verb(text: str, left: Span | None, noun: Span) -> tuple[Span, ...]:
    if left is None:
        return (noun,)
    if text[left[1] : left[1] + 1] == "的" and left[1] - left[0] <= 10 and "、" not in text[left[0] : left[1]]:
        return ((left[0], left[1] + 1), noun)
    verb = _last(_VERB, text, left)
    if verb and verb[1] == left[1] and left[1] - left[0] <= 6:
        return (left, noun)
    return (verb, noun) if verb else (noun,)


def _taken_over(passage: Passage, frame: Frame, before: Metric | None, before_quantity: Quantity | None) -> Metric:
    """Where the clause names no measure of its own.

    17个竣工 counts what the number before did; 我市位居全国第三 ranks what the clause before names.
    """
    text, quantity = passage.text, passage.quantities[frame.index]
    if quantity.kind == "rank":
        clause = _clause_before(passage, frame)
        named = (
            before_quantity and before_quantity.end > clause[0] and before_quantity.kind != "rank" if clause else True
        )
        if clause and not named:
            return Metric((clause,), (clause,))
    match = _BEHIND.match(text, quantity.end, frame.right)
    own = (match.start(1), min(match.end(1), match.start(1) + _MAX_LENGTH)) if match else None
    if own and text[own[0]] in _NO_NOUN:
        own = None
    if own and before and before.noun and quantity.kind == "count":
        return Metric((before.noun, own), (own,), before.noun)
    if own:
        return Metric((own,), (own,))
    if before is None or before_quantity is None:
        return Metric((), ())
    spans = before.spans
    if before_quantity.kind == "percent" and quantity.kind != "percent":
        # 增长17%，越过1600亿元: the amount is no growth.
        spans = tuple(_unchanged(text, span) for span in spans if not _changes(text, span)) or spans
    return Metric(spans, before.own, before.noun)


def _unchanged(text: str, span: Span) -> Span:
    change = _CHANGE.search(text, *span)
    return (span[0], change.start()) if change else span


def _changes(text: str, span: Span) -> bool:
    return bool(_CHANGE.match(text, *span) or _COMPARATIVE.match(text, *span))


def _clause_before(passage: Passage, frame: Frame) -> Span | None:
    end = frame.clause[0] - 1
    if end <= frame.sentence[0]:
        return None
    start = passage.clause_start(end, frame.sentence[0])
    if end - start > _MAX_LENGTH:
        start = _shorten(passage.text, start, end)
    return (start, end) if end > start else None


def _last(pattern: re.Pattern[str], text: str, span: Span) -> Span | None:
    found = None
    for match in pattern.finditer(text, *span):
        found = match.span()
    return found
