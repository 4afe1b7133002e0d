"""The custody sheet: who took which pack, when, why, for whom, and how to check it."""

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Final

from kaibo.base.times import shop_time

_STYLE: Final = (
    "body{font:14px/1.7 'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',system-ui,sans-serif;"
    "max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "h1{font-size:22px;margin:0 0 .2rem}h2{font-size:16px;margin:1.6rem 0 .4rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #bbb;padding:.35rem .6rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}th{width:36%;font-weight:500;background:#f5f5f5}"
    "code{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}"
    "small{color:#555}@media print{body{margin:0}}"
)
_HOW: Final = (
    (
        "向出具方以外的渠道取得其签名公钥（PEM 文件），例如对方公示的网站或当面取得。",
        "Get the signer's public key (PEM) by a way other than this pack, such as their website.",
    ),
    (
        "离线运行 <code>kaibo verify 证据包.zip --key 公钥.pem</code>，无需联网或数据库。",
        "Run <code>kaibo verify pack.zip --key key.pem</code> offline; no network, no database.",
    ),
    (
        "任何一个字节被改动都会报出第一个不符的条目，退出码为 1；完好时退出码为 0。",
        "A changed byte names the first wrong item, exit code 1; an intact pack exits with 0.",
    ),
)


def sheet(
    rows: Sequence[tuple[str, str, str]], *, hands: Sequence[tuple[str, dt.datetime]] = ()
) -> bytes:
    """A page to print. ``rows``: label in Chinese and in English, value; ``hands``: who, when."""
    cells = "".join(
        f"<tr><th>{escape(zh)}<br><small>{escape(en)}</small></th><td>{escape(value)}</td></tr>"
        for zh, en, value in rows
    )
    steps = "".join(f"<li>{zh}<br><small>{en}</small></li>" for zh, en in _HOW)
    passed = "".join(
        f"<tr><td>{escape(who)}</td><td>{escape(shop_time(at))}</td></tr>" for who, at in hands
    )
    taken = (
        "<h2>经手记录 <small>Hands it went through</small></h2>"
        f"<table><tr><th>人员 Who</th><th>时间 When</th></tr>{passed}</table>"
        if hands
        else ""
    )
    return (
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>证据保管单 Custody sheet</title><style>{_STYLE}</style>"
        "<h1>证据保管单</h1><small>Custody sheet</small>"
        f"<h2>证据包 <small>The pack</small></h2><table>{cells}</table>{taken}"
        f"<h2>如何核验 <small>How to check it</small></h2><ol>{steps}</ol></html>"
    ).encode()
