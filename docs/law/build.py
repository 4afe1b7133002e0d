"""Write the pages of this folder from the articles that the rulebook cites.

    python docs/law/build.py            write the pages
    python docs/law/build.py --check    say which pages are not current, exit 1 if any

The articles lie in ``kaibo/compliance/law/``, one file a law. Statutes are outside copyright.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
LAW = HERE.parent.parent / "kaibo" / "compliance" / "law"
PACKS = LAW.parent / "packs"
CHECKED = "文本与国家法律法规数据库一致。 / Same text as the national law database."
UNCHECKED = (
    "文本未与官方数据库比对，引用前请打开官方原文。 / "
    "Not compared with the official database; open the official text before quoting."
)


def pages() -> dict[str, str]:
    """Every page by file name."""
    laws = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(LAW.glob("*.yaml"))]
    found = {f"{law['law']}.md": page(law) for law in laws}
    found["index.md"] = index(laws)
    return found


def page(law: Mapping[str, Any]) -> str:
    """One law: the articles that some rule cites."""
    parts = [f"# {law['law']}", f"版本 / Version: {law['version']}"]
    parts.append(CHECKED if law["verified"] else UNCHECKED)
    for article, text in law["articles"].items():
        parts += [f"## {article}", text.strip().replace("\n", "\n\n")]
    return "\n\n".join(parts) + "\n"


def index(laws: list[Mapping[str, Any]]) -> str:
    """The laws, and the families of rules that rest on them."""
    lines = [
        "# 规则引用的条文 / The articles that rules cite",
        "",
        "由 `build.py` 生成。 / Written by `build.py`.",
        "",
        "| 法规 / Law | 条文 / Articles | 已比对 / Compared |",
        "|---|---|---|",
    ]
    for law in laws:
        mark = "是 / yes" if law["verified"] else "否 / no"
        lines.append(f"| [{law['law']}]({law['law']}.md) | {'、'.join(law['articles'])} | {mark} |")
    lines += ["", "| 规则族 / Family | 名称 / Title | 主要依据 / Rests on |", "|---|---|---|"]
    for pack in _packs():
        title = pack["title"]
        lines.append(
            f"| {pack['family']} | {title['zh']} / {title['en']} | {pack['law']}{pack['article']} |"
        )
    return "\n".join(lines) + "\n"


def _packs() -> list[Mapping[str, Any]]:
    sources = (path for path in PACKS.glob("*.yaml") if path.name != "lexicon.yaml")
    packs = [yaml.safe_load(path.read_text("utf-8")) for path in sources]
    return sorted(packs, key=lambda pack: int(pack["family"][1:]))


def main(check: bool) -> int:
    """Write, or compare."""
    current = pages()
    stale = [
        name
        for name, text in current.items()
        if not (HERE / name).exists() or (HERE / name).read_text("utf-8") != text
    ]
    if check:
        for name in stale:
            sys.stderr.write(f"docs/law/{name} is not current: run python docs/law/build.py\n")
        return 1 if stale else 0
    for name in stale:
        (HERE / name).write_text(current[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
