"""A chat line through all rules, against the bare chain: fold, simplify, one automaton pass."""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import opencc
from ahocorasick_rs import AhoCorasick, Implementation

from kaibo.compliance.reads import rulebook, scan, verdict_of
from kaibo.site.bench.figures import Outcome, Say, Stopwatch, pairwise

BAR = 4.0
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
    """Lines a round, and rounds."""

    lines: int
    rounds: int


SIZES = {
    "tiny": Sizes(lines=200, rounds=1),
    "quick": Sizes(lines=20_000, rounds=5),
    "full": Sizes(lines=100_000, rounds=9),
}


def run(sizes: Sizes, *, say: Say) -> Outcome:
    """Measure CPU time a line, also for each kind of line alone."""
    lines = make_lines(sizes.lines)
    everyone = [text for texts in lines.values() for text in texts]
    random.Random(5).shuffle(everyone)
    bare = bare_chain()
    judge("开播")  # builds the rulebook
    outcome = Outcome(runs=sizes.rounds)
    full_us, bare_us = [], []
    kinds: dict[str, list[float]] = {kind: [] for kind in lines}
    for number in range(1, sizes.rounds + 1):
        say(f"text {number}/{sizes.rounds}: {len(everyone)} lines")
        bare_us.append(_per_line(bare, everyone))
        full_us.append(_per_line(judge, everyone))
        for kind, texts in lines.items():
            kinds[kind].append(_per_line(judge, texts))
    outcome.tell("text.all_rules.cpu", full_us, "µs/line")
    outcome.tell("text.bare_chain.cpu", bare_us, "µs/line")
    for kind, found in kinds.items():
        outcome.tell(f"text.all_rules.{kind}.cpu", found, "µs/line")
    outcome.judge(
        "text.all_rules_vs_bare_chain",
        pairwise(full_us, bare_us),
        BAR,
        sense="at_most",
        note="scan and verdict against NFKC, zero-width, OpenCC t2s, casefold, one pass",
    )
    return outcome


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
