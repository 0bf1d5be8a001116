"""What is read from web pages, Word documents and PDFs."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import FileRejected
from indexer.reading import parse_articles
from indexer.reading.formats import read_articles
from indexer.reading.formats.manuscript import Manuscript
from indexer.reading.markdown import looks_like_markdown

PORT = "江州港位于城市东部，去年完成货物吞吐量三千二百万吨，同比增长百分之十二，创下历史新高。"
FARM = "河湾镇今年种植早稻一万三千亩，预计总产六千吨，农机合作社负责全程机械化作业。"
HEAD = "<title>港口开工_江州新闻网</title>"


def article_of(data, path):
    [article] = read_articles(data, path).articles
    return article


def passages(article):
    return [(passage.kind, passage.text) for passage in article.passages[1:]]


def page(body, head=HEAD, encoding="utf-8"):
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(encoding)


@pytest.mark.parametrize(
    ("body", "title", "expected"),
    [
        pytest.param(
            f"<header><h1>江州晚报</h1><nav><a href=/>首页</a></nav></header><h2>港口开工</h2><p>{PORT}</p><footer>版权所有</footer>",
            "港口开工",
            [("body", PORT)],
            id="headline-is-what-the-title-says-not-the-masthead",
        ),
        pytest.param(f"<p>{PORT}</p>", "港口开工", [("body", PORT)], id="headline-from-the-title-alone"),
        pytest.param(
            f"<h1>港口开工</h1><h2>一期</h2><p>{PORT}</p>",
            "港口开工",
            [("heading", "一期"), ("body", PORT)],
            id="sections",
        ),
        pytest.param(
            f"<h1>港口开工</h1><figure><img src=a><figcaption>码头一角。田雨 摄</figcaption></figure><p>{PORT}</p>",
            "港口开工",
            [("caption", "码头一角。田雨 摄"), ("body", PORT)],
            id="caption",
        ),
        pytest.param(
            f"<h1>港口开工</h1><p>{PORT[:20]}\n   {PORT[20:]}<p>价格<b>1</b> &lt; 2 &amp;lt; *3*</p>",
            "港口开工",
            [("body", PORT), ("body", "价格1 < 2 &lt; *3*")],
            id="line-ends-and-marks-in-the-source",
        ),
        pytest.param(
            f"<h1>港口开工</h1>　　{PORT}<br><br>　　{FARM}<script>var x='不是正文'</script><!-- 也不是 -->",
            "港口开工",
            [("body", PORT), ("body", FARM)],
            id="paragraphs-by-line-breaks",
        ),
        pytest.param(
            "<h1>港口开工</h1><table><tr><th>年份<th>吞吐量<tr><td>2022年<td>3200万吨</table>",
            "港口开工",
            [("body", "年份 | 吞吐量"), ("body", "2022年 | 3200万吨")],
            id="table-of-values",
        ),
        pytest.param(
            f"<table><tr><td><h1>港口开工</h1><p>{PORT}</p></td></tr></table>",
            "港口开工",
            [("body", PORT)],
            id="table-that-lays-out-the-page",
        ),
        pytest.param(
            f"<h1>港口开工</h1><p>{PORT}</p><ul><li><a href=1>早稻丰收</a><li><a href=2>更多</a></ul>",
            "港口开工",
            [("body", PORT)],
            id="lists-of-links-are-dropped",
        ),
        pytest.param(
            f"<div><a href=1>别的新闻说的是别的事情</a>，短评一句</div><article><h1>港口开工</h1><p>{PORT}</p><p>{FARM}</p></article>",
            "港口开工",
            [("body", PORT), ("body", FARM)],
            id="the-article-not-what-stands-around",
        ),
        pytest.param("<font>" * 300 + f"<h1>港口开工</h1>{PORT}", "港口开工", [("body", PORT)], id="unclosed-tags"),
    ],
)
def test_a_web_page_is_read(body, title, expected):
    article = article_of(page(body), "a.html")
    assert (article.title, passages(article)) == (title, expected)


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        pytest.param(
            '<meta property="article:published_time" content="2023-07-15T08:00:00+08:00"><meta name=author content=林晓>'
            "<meta name=source content=江州晚报>",
            "",
            ("2023-07-15", "江州晚报", ("林晓",)),
            id="meta",
        ),
        pytest.param("", "<time datetime=2023-07-15>7月15日</time>", ("2023-07-15", None, ()), id="time"),
        pytest.param(
            "", "<p>2023-07-15 10:00　来源：江州晚报　作者：林晓</p>", ("2023-07-15", "江州晚报", ("林晓",)), id="line"
        ),
        pytest.param("<meta name=author content=江州新闻网站编辑部门>", "", (None, None, ()), id="author-is-no-person"),
        pytest.param("<meta name=date content='unknown \" ---'>", "", (None, None, ()), id="nonsense"),
    ],
)
def test_a_web_page_says_when_and_who(head, body, expected):
    article = article_of(page(f"<h1>港口开工</h1>{body}<p>{PORT}</p>", head), "a.html")
    assert (article.date, article.source, article.authors) == expected


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "utf-8", "big5", "iso-8859-1", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_a_web_page_is_decoded_whatever_it_declares(declared, encoding):
    data = page(f"<h1>港口开工</h1><p>{PORT}</p>", f"<meta charset='{declared}'>", encoding)
    assert article_of(data, "a.html").title == "港口开工"


def test_a_word_document_is_read(make):
    box = f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>{make.paragraph('码头一角。田雨 摄', 'cap')}</w:txbxContent></wps:txbx></w:drawing></mc:Choice>"
    box += f"<mc:Fallback><w:txbxContent>{make.paragraph('第二遍')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
    table = "<w:tbl>" + "".join(
        f"<w:tr><w:tc>{make.paragraph(left)}</w:tc><w:tc>{make.paragraph(right)}</w:tc></w:tr>"
        for left, right in (("年份", "吞吐量"), ("2022年", "3200万吨"))
    )
    data = make.docx(
        make.paragraph("港口开工", "a3"),
        make.paragraph("本报记者 林晓"),
        make.paragraph(
            f"<w:ins><w:r><w:t>{PORT}</w:t></w:r></w:ins><w:del><w:r><w:delText>删去的</w:delText></w:r></w:del>{box}"
        ),
        make.paragraph("一期", "1"),
        f"<w:sdt><w:sdtContent>{make.paragraph(FARM)}</w:sdtContent></w:sdt>",
        make.paragraph("二期", "x1"),
        make.paragraph(f"<w:r><w:t>{PORT}</w:t><w:br/><w:t>{FARM}甲 *乙* [丙](丁)</w:t></w:r>", "loop"),
        make.paragraph("三期", "lvl"),
        table + "</w:tbl>",
    )
    article = article_of(data, "a.docx")
    assert (article.title, article.authors, article.photographers) == ("港口开工", ("林晓",), ("田雨",))
    assert passages(article) == [
        ("body", "本报记者 林晓"), ("body", PORT), ("caption", "码头一角。田雨 摄"), ("heading", "一期"), ("body", FARM),
        ("heading", "二期"), ("body", f"{FARM}甲 *乙* [丙](丁)"), ("heading", "三期"), ("body", "年份 | 吞吐量"),
        ("body", "2022年 | 3200万吨"),
    ]  # fmt: skip


def test_a_strict_word_document_is_read(make):
    data = make.docx(make.paragraph("港口开工", "a3"), make.paragraph(PORT))
    files = {"word/document.xml": "", "word/styles.xml": ""}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in files:
            files[name] = (
                package.read(name)
                .decode()
                .replace(
                    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    "http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
            )
    article = article_of(make.archive(files), "a.docx")
    assert (article.title, passages(article)) == ("港口开工", [("body", PORT)])


def test_lines_of_a_pdf_become_paragraphs(make):
    # Lines of twenty characters in type of 10 points; paragraphs are indented by two, the last runs into the next column.
    first, second = PORT + FARM, "据了解，" + FARM + PORT
    lines = [(50, 700, 22, "港口开工"), (50, 670, 10, "本报记者 林晓"), (70, 640, 10, first[:18])]
    lines += [(50, 640 - 15 * number, 10, first[20 * number - 2 : 20 * number + 18]) for number in range(1, 5)]
    lines += [
        (70, 550, 10, second[:18]),
        (50, 535, 10, second[18:38]),
        (300, 640, 10, second[38:58]),
        (300, 625, 10, second[58:]),
    ]
    article = article_of(make.pdf(lines), "a.pdf")
    assert (article.title, article.authors) == ("港口开工", ("林晓",))
    assert passages(article) == [("body", "本报记者 林晓"), ("body", first), ("body", second)]


def test_headlines_of_a_pdf_by_the_size_of_their_type(make):
    body = [(50, 600 - 15 * number, 10, PORT[:30]) for number in range(3)]
    page = [(50, 740, 30, "港口开工建设"), (50, 700, 30, "一期年内完成"), (50, 650, 16, "补链"), *body]
    article = article_of(make.pdf(page), "a.pdf")
    assert article.title == "港口开工建设一期年内完成"
    assert passages(article)[0] == ("heading", "补链")


def test_characters_beyond_the_basic_plane_in_a_pdf(make):
    article = article_of(make.pdf([(50, 700, 20, "𠮷野家开业"), (50, 600, 10, f"{PORT}𪛖")]), "a.pdf")
    assert article.title == "𠮷野家开业"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("a.pdf", "empty", "没有文字", id="pdf-without-text"),
        pytest.param("a.pdf", b"", "不是完好的 PDF", id="pdf-empty"),
        pytest.param("a.pdf", b"MZ\x90\x00", "不是完好的 PDF", id="pdf-that-is-none"),
        pytest.param("a.docx", b"", "不是完好的 .docx", id="docx-empty"),
        pytest.param("a.docx", "港口".encode(), "不是完好的 .docx", id="docx-that-is-text"),
        pytest.param("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "加密的文档或旧的", id="doc-or-encrypted"),
        pytest.param("a.html", b"", "没有文字", id="html-empty"),
        pytest.param("a.html", b"<!doctype html><p>", "没有文字", id="html-without-text"),
        pytest.param("a.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "二进制", id="html-that-is-a-picture"),
        pytest.param("a.zip", b"", "压缩包已损坏", id="zip-empty"),
        pytest.param("a.zip", b"Rar!\x1a\x07", "压缩包已损坏", id="zip-that-is-rar"),
    ],
)
def test_what_is_not_what_it_says_is_rejected(name, data, reason, make):
    with pytest.raises(FileRejected, match=reason) as caught:
        read_articles(make.pdf([]) if data == "empty" else data, name)
    assert caught.value.path == name


def test_an_encrypted_pdf_is_rejected(make):
    # Standard security handler, revision 2; no password opens it, for the check values are made up.
    value = "0123456789abcdef" * 4
    trailer = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{value}> /U <{value}> >> /ID [<00> <00>] "
    with pytest.raises(FileRejected, match="有密码"):
        read_articles(make.pdf([(50, 700, 10, PORT)], trailer=trailer), "a.pdf")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=60))
def test_marks_in_the_text_mean_nothing(text):
    manuscript = Manuscript()
    manuscript.heading(1, "港口开工")
    manuscript.paragraph(f"江州{text}。")
    manuscript.picture(f"图为{text}。")
    assert not looks_like_markdown(manuscript.text)
    [article] = parse_articles(manuscript.text.encode(), "a.md")
    expected = " ".join(f"江州{text}。".split())
    assert "".join(passage.text for passage in article.passages[1:]).startswith(expected)
    assert article.passages[-1].text == " ".join(f"图为{text}。".split())
