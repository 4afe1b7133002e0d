"""``kaibo hear``: the host's words as they are said, by a recogniser on this machine."""

import time
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from kaibo.base.errors import Refusal
from kaibo.planning.reads import show_by_code
from kaibo.site.commands.words import say
from kaibo.site.hearing import NoModel, Scribe, SherpaEar, listen, sound_of

PAUSE_S = 2.0


@click.command(
    "hear",
    help=say(
        "听一场直播：把主播的话转成文字，立即按规则包与承诺台账检查。需要 kaibo[speech]、ffmpeg 与"
        " sherpa-onnx 的流式模型。没有模型时，可在页面录入或导入字幕。",
        "Listen to a show: its host's words are written down and judged at once, by the rulebook"
        " and against the settings. Needs kaibo[speech], ffmpeg and a streaming sherpa-onnx model."
        " Without one, type what is said or import captions.",
    ),
)
@click.argument("code")
@click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False),
    help=say(
        "模型文件夹；默认 KAIBO_SPEECH_MODEL", "the model's folder; default KAIBO_SPEECH_MODEL"
    ),
)
@click.option(
    "--input",
    "source",
    help=say(
        "声音来源：文件、地址或设备（ffmpeg 能读的）；默认本机的画面",
        "where the sound is: a file, an address, a device that ffmpeg reads; default the picture",
    ),
)
def hear_command(code: str, model: Path | None, source: str | None) -> None:
    folder = model or settings.KAIBO_SPEECH_MODEL
    if folder is None:
        raise click.UsageError(say("请用 --model 指定模型文件夹", "Name the model with --model"))
    try:
        show = show_by_code(code)
        ear = SherpaEar(folder)
    except (NoModel, Refusal) as error:
        raise click.ClickException(str(error)) from error
    place = source or f"http://127.0.0.1:{settings.KAIBO_PORT}/live/{code}/index.m3u8"
    scribe = Scribe(show)
    while show.state != "ended":
        try:
            with sound_of(place) as sound:
                assert sound.stdout is not None
                lines = listen(sound.stdout, ear, scribe, clock=timezone.now)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        click.echo(say(f"{lines} 句", f"{lines} lines"), err=True)
        if source is not None:
            return
        # The encoder is away; it may come back as long as the show is on.
        time.sleep(PAUSE_S)
        show = show_by_code(code)
