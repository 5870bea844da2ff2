"""The bar beside the model's name shows work while there is some, and none that is done."""
# ruff: noqa: F811 - the fixture is the review's own

from __future__ import annotations

import pytest

from tests.desktop.test_review import window  # noqa: F401
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.review_lines import decision_words
from veerdesk.desktop.start_page import StartPage


def test_work_that_is_done_is_shown_no_more_while_the_model_is_still_being_loaded(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.page
    assert page is not None
    monkeypatch.setattr(page.bridge, "_is_loading", True)

    page._on_bridge_job_progress("Trace T3", 1.0)
    is_shown = window.top.bar.isVisible()
    page._on_bridge_job_finished("Trace T3")

    assert is_shown
    assert not window.top.bar.isVisible()


def test_a_crossing_accepted_with_its_rows_says_so() -> None:
    assert decision_words(None) == ""
    assert decision_words(None, state="accepted") == "Accepted with its rows, not on its own."


def test_the_pictures_of_the_start_page_are_as_dense_as_the_screen(window: MainWindow) -> None:
    page = window.start
    assert isinstance(page, StartPage)

    pictures = [image.pixmap() for image, _ in page._pictures]

    assert pictures
    assert all(p.width() == round(32 * p.devicePixelRatio()) for p in pictures)
    assert all(p.devicePixelRatio() == page.devicePixelRatioF() for p in pictures)
