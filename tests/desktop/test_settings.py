"""What is remembered about a person."""

from __future__ import annotations

from pathlib import Path

from veerdesk.desktop.settings import MAX_RECENT, Settings, load_settings, save_settings


def test_settings_come_back_as_they_were(tmp_path: Path) -> None:
    settings = Settings(theme="dark", decimal="comma", window=(1, 2, 800, 600), shortcuts={"redo": "Ctrl+Y"})
    settings = settings.with_recent(Path("/wells/a.veer"), "A", now=5.0)

    assert save_settings(settings, tmp_path)

    assert load_settings(tmp_path) == settings


def test_broken_settings_do_not_keep_the_window_from_opening(tmp_path: Path) -> None:
    for text in ("", "{", "[]", '{"theme": 3, "recent": [1, {"path": 2}], "window": [1], "shortcuts": []}'):
        (tmp_path / "settings.json").write_text(text)

        assert load_settings(tmp_path) == Settings()


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert not save_settings(Settings(), tmp_path / "file")


def test_a_well_is_listed_once_and_first() -> None:
    settings = Settings()
    for k in range(MAX_RECENT + 3):
        settings = settings.with_recent(Path(f"/wells/{k}.veer"), str(k), now=float(k))
    settings = settings.with_recent(Path("/wells/9.veer"), "9", now=99.0)

    assert len(settings.recent) == MAX_RECENT
    assert settings.recent[0].name == "9"
    assert [r.name for r in settings.recent].count("9") == 1
