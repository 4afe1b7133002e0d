"""Views: what each undoes, that spans lead back to what was typed, that gates never lie."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base import text
from kaibo.base.digits import needs_v3, v3
from kaibo.base.text import Lexicon, LexiconEntry
from kaibo.base.views import View
from tests.paths import shared_data

LEXICON = Lexicon(
    [
        LexiconEntry("weixin", "微信"),
        LexiconEntry("薇心", "微信"),
        LexiconEntry("威信", "微信", after=("加", "扫"), reach=2),
        LexiconEntry("❤", "心", after=("薇",)),
        LexiconEntry("裙", "群", after=("进",), not_before=("子",)),
        LexiconEntry("米", "元", before=("赚",)),
    ]
)

# Everything disguises are made of, so that random texts hit the folds often.
disguised = st.text(
    st.one_of(
        st.sampled_from(
            "最好微信加进裙子威薇心❤🌟 -_.·|最最哈哈一三八幺洞壹"
            "①③⑧１３８ＶＸvxweixin國級質\u200b\ufe0f\u20e3。，!"
        ),
        st.characters(exclude_categories=()),
    ),
    max_size=40,
)


def every_view(typed: str) -> list[View]:
    literal = text.v0(typed)
    bare = text.v1(literal)
    return [literal, bare, text.v2(literal, LEXICON), v3(bare)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ＶＸ１３８①③⑧", "vx138138"),
        ("最\u200b好\u2060的\ufeff", "最好的"),
        ("1️⃣3️⃣8️⃣", "138"),
        ("⒦㈤➃⓿🅥🇽", "k540vx"),
        ("全网最低，真的！", "全网最低,真的!"),
        ("ÉTÉ ẞ", "été ss"),
        ("\ud800好\udfff", "好"),
        ("h̶e̶l̶l̶o̶", "hello"),
        ("", ""),
    ],
)
def test_v0_folds_forms_and_drops_the_invisible(typed: str, read: str) -> None:
    assert text.v0(typed).text == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("最 好 的 面 膜", "最好的面膜"),
        ("最🌟好🌟的🌟面🌟膜", "最好的面膜"),
        ("全/网/最*低", "全网最低"),
        ("微丶信", "微信"),
        ("微微信信", "微信"),
        ("全网全网最低", "全网最低"),
        ("加 w e i x i n", "加weixin"),
        ("加 v_x", "加vx"),
        ("hello world, red T shirt", "hello world, red t shirt"),
        ("最好，的面膜。真 的", "最好,的面膜。真的"),
        ("价格 13888888888", "价格13888888888"),
    ],
)
def test_v1_strips_what_stands_between(typed: str, read: str) -> None:
    assert text.v1(text.v0(typed)).text == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("國家級品質", "国家级品质"),
        ("加 w e i x i n", "加微信"),
        ("加我薇❤", "加我微信"),
        ("我❤你", "我你"),
        ("加我威信", "加我微信"),
        ("他很有威信", "他很有威信"),
        ("进裙看", "进群看"),
        ("进裙子店", "进裙子店"),
        ("sweixins", "sweixins"),
        ("月入叁万", "月入三万"),
        ("ｗéíхіn", "微信"),
    ],
)
def test_v2_reads_disguises_under_their_guards(typed: str, read: str) -> None:
    assert text.v2(text.v0(typed), LEXICON).text == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("一三八一二三四五六七八", "13812345678"),
        ("幺三八幺二三四五六七八", "13812345678"),
        ("壹叁捌-1234-五六七八", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("l38I234567o", "13812345670"),
        ("第一", "第一"),
        ("一百三十九元两件", "一百三十九元两件"),
        ("solo is bliss", "solo is bliss"),
        ("139-56", "139-56"),
    ],
)
def test_v3_writes_runs_of_digits(typed: str, read: str) -> None:
    assert v3(text.v1(text.v0(typed))).text == read


def test_a_span_covers_what_was_typed() -> None:
    typed = "想买加 w e i x i n 聊"
    view = text.v2(text.v0(typed), LEXICON)
    start = view.text.index("微信")
    assert typed[slice(*view.span(start, start + 2))] == "w e i x i n"
    assert typed[slice(*view.span(start - 1, start + 2))] == "加 w e i x i n"


@given(disguised)
def test_spans_stay_inside_and_never_run_backwards(typed: str) -> None:
    for view in every_view(typed):
        places = [view.span(i, i + 1) for i in range(len(view.text))]
        assert all(0 <= start < end <= len(typed) for start, end in places)
        assert places == sorted(places)


@given(disguised)
def test_closed_gates_change_nothing(typed: str) -> None:
    literal = text.v0(typed)
    bare = text.v1(literal)
    assert text.without_repeats(text.bare_text(literal.text)) == bare.text
    assert text.needs_v1(literal.text) or bare.text == literal.text
    assert text.needs_v2(bare.text) or text.v2(literal, Lexicon([])).text == bare.text
    assert needs_v3(bare.text) or v3(bare).text == bare.text


@given(disguised)
def test_folding_twice_is_folding_once(typed: str) -> None:
    once = text.v0(typed).text
    assert text.v0(once).text == once


def test_naughty_strings_are_read_like_any_other() -> None:
    for typed in json.loads(shared_data("blns", "blns.json").read_text("utf-8")):
        assert len(every_view(typed)) == 4
