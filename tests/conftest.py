"""What every test shares: Qt offscreen, seeds, and a cache that is never the person's own."""

from __future__ import annotations

import os
import random
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Loaded before any test moves the cache away: compiled once, and not again in every run.
import_module("veerdesk.labels.window_paint")
import_module("veerdesk.desktop.canvas.composed")

# Seeded: every run draws the same examples, and none is remembered from another run.
settings.register_profile("house", derandomize=True, database=None, deadline=None)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test cache, configuration and home folders of its own; returns the cache folder."""
    base = tmp_path_factory.mktemp("person")
    for name, folder in (
        ("VEERDESK_CACHE", "cache"),
        ("VEERDESK_CONFIG", "config"),
        ("VEERDESK_DOCUMENTS", "documents"),
    ):
        monkeypatch.setenv(name, str(base / folder))
    return base / "cache"


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Start every test from the same random state."""
    random.seed(20260101)
    np.random.seed(20260101)  # noqa: NPY002 - libraries below us still draw from the global state
