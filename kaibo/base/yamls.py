"""Data that people write: rule packs, lists, the dictionary of numbers."""

from typing import Any

import yaml

# libyaml's where PyYAML was built with it: ten times as fast, and every start reads some.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(source: str) -> Any:
    """What a YAML text says, in plain Python values; nothing in it is ever run.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    return yaml.load(source, Loader=_LOADER)
