"""The one door to OpenCV.

Separate because importing cv2 on Linux sets two Qt variables that point at its own Qt 5 plug-ins;
they are dropped here so that PySide6 finds its own (research: installation).
"""

from __future__ import annotations

import os

import cv2

for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    if "cv2" in os.environ.get(_name, ""):
        del os.environ[_name]

__all__ = ["cv2"]
