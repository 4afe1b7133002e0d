"""Sound becomes lines, and lines promises; the recogniser is a fake, all else is real."""

import array
import datetime as dt
import inspect
import subprocess
from pathlib import Path

import pytest
import sherpa_onnx
from click.testing import CliRunner
from django.db import OperationalError

from kaibo.promises.actions import Line
from kaibo.promises.models import Correction, Utterance
from kaibo.promises.tests.stage import Show, after, make_show
from kaibo.site import hearing
from kaibo.site.commands.hear import hear_command
from kaibo.site.hearing import ENDS, NoModel, Scribe, listen, model_files, sound_of


class LoudEar:
    """Hears a line in each stretch of loud sound."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.is_loud = False

    def hear(self, samples: bytes) -> str | None:
        was, self.is_loud = self.is_loud, max(map(abs, array.array("h", samples))) > 1_000
        return self.texts.pop(0) if was and not self.is_loud else None

    def rest(self) -> str:
        return self.texts.pop(0) if self.is_loud else ""


@pytest.fixture
def show(db: None) -> Show:
    return make_show()


def beeps(path: Path) -> Path:
    """Two seconds of sound, of silence, and of sound again, in AAC beside a picture."""
    gate = "aeval=if(lt(mod(t\\,4)\\,2)\\,val(0)\\,0)"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64:r=5", "-f", "lavfi"]
    command += ["-i", f"sine=440:r=44100,{gate}", "-t", "6", "-c:a", "aac", str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


@pytest.mark.row("LM-055")
def test_what_is_said_in_the_picture_is_judged(show: Show, tmp_path: Path) -> None:
    ear, ticks = LoudEar("大家好", "今天只要59块"), iter(range(100))
    with sound_of(str(beeps(tmp_path / "show.mp4"))) as sound:
        assert sound.stdout is not None
        lines = listen(
            sound.stdout, ear, Scribe(show.plan.show), clock=lambda: after(10 + next(ticks))
        )
    assert lines == 2
    rows = Utterance.objects.order_by("pk").values_list("text", "source", "link_no", "heard_by")
    assert list(rows) == [
        ("大家好", "speech", 1, "system:0"),
        ("今天只要59块", "speech", 1, "system:0"),
    ]
    assert Correction.objects.get().wrong == "今天只要59块"


def test_lines_wait_while_the_database_is_away(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    scribe = Scribe(show.plan.show)

    def away(**_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(hearing, "hear_lines", away)
    scribe.tell(Line(after(1), after(2), "包邮"), now=after(2))
    assert Utterance.objects.count() == 0
    monkeypatch.undo()
    scribe.tell(Line(after(3), after(4), "保湿"), now=after(4))
    assert [row.text for row in Utterance.objects.order_by("pk")] == ["包邮", "保湿"]


def test_a_folder_says_which_model_it_holds(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match=r"encoder, decoder, tokens.txt"):
        model_files(tmp_path)
    for name in ("encoder-99.int8.onnx", "encoder-99.onnx", "decoder.onnx", "tokens.txt"):
        (tmp_path / name).touch()
    make, files = model_files(tmp_path)
    assert (make, Path(files["encoder"]).name) == ("from_paraformer", "encoder-99.onnx")
    (tmp_path / "joiner.onnx").touch()
    make, files = model_files(tmp_path)
    assert (make, sorted(files)) == ("from_transducer", ["decoder", "encoder", "joiner", "tokens"])


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        ("from_transducer", ["tokens", "encoder", "decoder", "joiner"]),
        ("from_paraformer", ["tokens", "encoder", "decoder"]),
    ],
)
def test_the_recogniser_takes_what_it_is_given(make: str, parts: list[str]) -> None:
    """The library's own signature: no model is needed to know that it would be opened."""
    opened = inspect.signature(getattr(sherpa_onnx.OnlineRecognizer, make))
    opened.bind(**dict.fromkeys(parts, "x"), **ENDS)


def test_without_a_model_the_command_says_what_to_do(show: Show, tmp_path: Path) -> None:
    run = CliRunner().invoke(hear_command, [show.plan.show.code])
    assert (run.exit_code, "--model" in run.output) == (2, True)
    run = CliRunner().invoke(hear_command, [show.plan.show.code, "--model", str(tmp_path)])
    assert (run.exit_code, "tokens.txt" in run.output) == (1, True)
    assert dt.timedelta(seconds=hearing.LONGEST_S + hearing.SILENCE_S) < dt.timedelta(seconds=3)
