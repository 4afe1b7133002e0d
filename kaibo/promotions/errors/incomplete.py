"""What has to be said before something is published, and is not."""

from collections.abc import Sequence
from typing import Any, ClassVar

from kaibo.base.errors import BadInput


class Incomplete(BadInput):
    """Names in both languages what is missing; ``words`` has each by the name of its field."""

    words: ClassVar[dict[str, tuple[str, str]]]

    def __init__(self, *, missing: Sequence[str], **more: Any) -> None:
        said = [self.words[name] for name in missing]
        super().__init__(
            missing=list(missing),
            missing_zh="、".join(zh for zh, _ in said),
            missing_en=", ".join(en for _, en in said),
            **more,
        )
