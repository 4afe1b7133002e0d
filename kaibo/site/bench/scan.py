"""A chat line through all rules, against the bare chain: fold, simplify, one automaton pass.

Beside them Python's ``re`` with the same words as one alternation, the same rules with ever more
words of a shop's own behind them, and what a trained model costs.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import opencc
import yaml
from ahocorasick_rs import AhoCorasick, Implementation

from kaibo.base.sounds import sounds
from kaibo.compliance.reads import Rulebook, lexicon, rulebook, scan, verdict_of
from kaibo.compliance.reads.models import pictographs
from kaibo.compliance.rules.grams import VERSION, Reading
from kaibo.compliance.rules.packs import load_pack
from kaibo.compliance.rules.parts import Pack, Rule
from kaibo.compliance.rules.scan import Rulebook as Book
from kaibo.compliance.rules.textmodel import (
    FORMAT,
    Counts,
    ModelFile,
    Report,
    TextModel,
    model_hit,
)
from kaibo.site.bench.figures import Outcome, Say, Stopwatch, pairwise

BAR = 4.0
# From a thousand words to the most: what a line costs may grow by this much.
GROWTH_BAR = 1.25
_WORDS_A_RULE = 1_000
# ``re`` tries every word at every place: as many lines as it reads in a few seconds.
_ALTERNATION_LINES_MAX = 2_000
# Of a hundred lines. What rooms say is mostly short and plain; laughter and emoji are common.
NOISY_SHARE = 0.15
GUILTY_SHARE = 0.03

_PLAIN = (
    "主播这个{goods}还有货吗{end}",
    "想看一下{goods}的细节可以吗{end}",
    "{goods}多少钱一份啊{end}",
    "上次买的{goods}家里人都说不错{end}",
    "{place}几天能到货呀想周末用{end}",
    "这个{goods}适合送长辈吗{end}",
    "刚进来的可以再讲一遍{goods}吗{end}",
    "{goods}保质期多久怎么保存{end}",
)
_NOISY = (
    "哈哈哈哈哈哈{goods}",
    "666666{goods}👍👍",
    "主 播 好 美 {goods}",
    "冲冲冲！！！{goods}🔥",
)
_GUILTY = (
    "加我薇❤信abc1234{n}便宜卖{goods}",
    "{goods}全网最低价没有之一",
    "這款{goods}能治好高血压",
    "➕V：kb{n}77私聊{goods}",
)
_GOODS = ("面霜", "山核桃", "羊绒衫", "豆浆机", "蜂蜜", "小米", "保温杯", "猕猴桃", "洗衣液")
_PLACES = ("新疆", "成都", "哈尔滨", "广州", "杭州")
_ENDS = ("", "呀", "？", "~", "谢谢", "呢")
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\ufe0f]")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lines a round, rounds, and how many words of its own a shop has."""

    lines: int
    rounds: int
    words: tuple[int, ...] = (1_000, 10_000, 100_000)


SIZES = {
    "tiny": Sizes(lines=200, rounds=1, words=(1_000, 2_000)),
    "quick": Sizes(lines=20_000, rounds=5),
    "full": Sizes(lines=100_000, rounds=9),
}


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure CPU time a line: all rules, the bare chain, and the other readers beside them."""
    lines = make_lines(sizes.lines)
    everyone = [text for texts in lines.values() for text in texts]
    random.Random(5).shuffle(everyone)
    judge("开播")  # builds the rulebook
    readers = _readers(lines, everyone, sizes.words)
    figures: dict[str, list[float]] = {name: [] for name in readers}
    for number in range(1, sizes.rounds + 1):
        say(f"text {number}/{sizes.rounds}: {len(everyone)} lines")
        for name, (read, texts) in readers.items():
            figures[name].append(_per_line(read, texts))
    outcome = Outcome(runs=sizes.rounds)
    for name, found in figures.items():
        outcome.tell(f"scan.{name}.cpu", found, "µs/line")
    fewest, most = sizes.words[0], sizes.words[-1]
    outcome.judge(
        "scan.all_rules_vs_bare_chain",
        pairwise(figures["all_rules"], figures["bare_chain"]),
        BAR,
        sense="at_most",
        note="scan and verdict against NFKC, zero-width, OpenCC t2s, casefold, one pass",
    )
    outcome.judge(
        "scan.most_words_vs_fewest",
        pairwise(figures[f"all_rules.words_{most}"], figures[f"all_rules.words_{fewest}"]),
        GROWTH_BAR,
        sense="at_most",
        note=f"{fewest:,} to {most:,} words of a shop's own behind all rules",
    )
    return outcome


def _readers(
    lines: dict[str, list[str]], everyone: list[str], growth: Sequence[int]
) -> dict[str, tuple[Callable[[str], object], list[str]]]:
    """Who reads which lines, by the name of the figure, in the order in which they take turns."""
    model = _model(everyone)
    found: dict[str, tuple[Callable[[str], object], list[str]]] = {
        "bare_chain": (bare_chain(), everyone),
        "all_rules": (judge, everyone),
        **{f"all_rules.{kind}": (judge, texts) for kind, texts in lines.items()},
        "re_alternation": (_alternation(()), everyone[:_ALTERNATION_LINES_MAX]),
        "model": (lambda text: model_hit(model, text), everyone),
    }
    for words in growth:
        some = everyone[: _ALTERNATION_LINES_MAX // (1 if words < 10_000 else 40)]
        found[f"re_alternation.words_{words}"] = (_alternation(_invented(words)), some)
        found[f"all_rules.words_{words}"] = (_judge_by(_book_with(words)), everyone)
    return found


def make_lines(count: int, *, seed: int = 3) -> dict[str, list[str]]:
    """Invented lines of chat by kind; the same for the same seed."""
    dice = random.Random(seed)
    guilty = max(1, round(count * GUILTY_SHARE))
    noisy = max(1, round(count * NOISY_SHARE))
    shares = {"plain": count - guilty - noisy, "noisy": noisy, "guilty": guilty}
    moulds = {"plain": _PLAIN, "noisy": _NOISY, "guilty": _GUILTY}
    return {
        kind: [_cast(dice.choice(moulds[kind]), dice) for _ in range(wanted)]
        for kind, wanted in shares.items()
    }


def judge(text: str) -> object:
    """Everything the product does about the words of a chat line."""
    return verdict_of(scan(text, surface="chat"))


def bare_chain() -> Callable[[str], object]:
    """The least that any checker does, over the same words as the product's automaton."""
    book = rulebook()
    words = {a for rule in book.tables["chat"].rules for a in rule.anchors} | {*book.lexicon.keys}
    find = AhoCorasick(sorted(words), implementation=Implementation.DFA).find_matches_as_indexes
    simple = opencc.OpenCC("t2s").convert
    fold = unicodedata.normalize

    def check(text: str) -> object:
        return find(simple(_ZERO_WIDTH.sub("", fold("NFKC", text))).casefold())

    return check


def _alternation(more: Sequence[str]) -> Callable[[str], object]:
    """The words of the bare chain, and more, as one pattern of Python's, over the folded line."""
    words = {a for rule in rulebook().tables["chat"].rules for a in rule.anchors}
    words |= {*rulebook().lexicon.keys, *more}
    find = re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))
    return lambda text: find.findall(unicodedata.normalize("NFKC", text).casefold())


def _judge_by(book: Rulebook) -> Callable[[str], object]:
    return lambda text: verdict_of(scan(text, surface="chat", book=book))


def _invented(words: int) -> list[str]:
    """So many words that no language has."""
    dice = random.Random(words)
    invented: set[str] = set()
    while len(invented) < words:
        invented.add(
            "".join(chr(dice.randrange(0x4E00, 0x9000)) for _ in range(dice.choice((3, 4))))
        )
    return sorted(invented)


def _book_with(words: int) -> Rulebook:
    """All rules with so many invented words of a shop's own."""
    listed = _invented(words)
    pack = {
        "family": "SHOP", "version": "1", "layer": "shop", "group": "shop", "law": "本店规则",
        "title": {"zh": "本店自有词", "en": "Own words"}, "from": date(2020, 1, 1),
        "severity": "S3", "actions": {"chat": "hide"}, "message": {"zh": "不用", "en": "Not here"},
        "rules": [
            {"id": f"SHOP.{at}", "keywords": listed[at : at + _WORDS_A_RULE]}
            for at in range(0, words, _WORDS_A_RULE)
        ],
    }  # fmt: skip
    own = load_pack("words", yaml.safe_dump(pack, allow_unicode=True))
    by_pack: dict[str, tuple[Pack, list[Rule]]] = {}
    for rule in rulebook().rules:
        by_pack.setdefault(rule.pack.family, (rule.pack, []))[1].append(rule)
    return Book([*by_pack.values(), own], lexicon=lexicon())


def _model(lines: Sequence[str]) -> TextModel:
    """A model that knows every run of the lines: the dearest there can be, and no judge of them."""
    syllables = tuple(sorted(set(sounds().values())))
    reading = Reading(pictographs(), syllables, outline=True)
    nothing = Counts(0, 0, 0, 0)
    about = ModelFile(
        format=FORMAT, kind="spam", features=VERSION, outline=True, seed=0,
        precision_review=1, precision_hide=1, learned=0, held_back=0, sources=(),
        report=Report(nothing, nothing, nothing, (), {}, {}),
        slope=1, offset=0, review_at=1.01, hide_at=1.01, bias=0, syllables=syllables,
        weights={gram: 1 for text in lines for gram in reading.grams(text)},
    )  # fmt: skip
    return TextModel(about, "bench", pictographs())


def _cast(mould: str, dice: random.Random) -> str:
    return mould.format(
        goods=dice.choice(_GOODS),
        place=dice.choice(_PLACES),
        end=dice.choice(_ENDS),
        n=dice.randrange(100),
    )


def _per_line(check: Callable[[str], object], lines: Sequence[str]) -> float:
    with Stopwatch() as watch:
        for line in lines:
            check(line)
    return watch.cpu_s / len(lines) * 1e6
