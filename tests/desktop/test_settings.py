"""What is remembered about a person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from veerdesk.desktop.settings import MAX_RECENT, Settings, keep_settings, load_settings, save_settings


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


def test_two_windows_keep_each_others_wells_and_choices(tmp_path: Path) -> None:
    save_settings(Settings().with_recent(Path("/wells/old.veer"), "Old", now=1.0), tmp_path)
    known = load_settings(tmp_path)
    one = replace(known, theme="dark").with_recent(Path("/wells/a.veer"), "A", now=2.0)
    two = replace(known, decimal="comma").with_recent(Path("/wells/b.veer"), "B", now=3.0)

    keep_settings(one, known, tmp_path)
    whole, is_kept = keep_settings(two, known, tmp_path)

    assert is_kept
    assert load_settings(tmp_path) == whole
    assert [r.name for r in whole.recent] == ["B", "A", "Old"]
    assert (whole.theme, whole.decimal) == ("dark", "comma")


def test_a_well_dropped_in_one_window_stays_dropped(tmp_path: Path) -> None:
    known = Settings().with_recent(Path("/wells/a.veer"), "A", now=1.0).with_recent(Path("/wells/b.veer"), "B", now=2.0)
    save_settings(known, tmp_path)

    keep_settings(known.without_recent("/wells/a.veer"), known, tmp_path)
    whole, _ = keep_settings(known.with_recent(Path("/wells/b.veer"), "B", now=3.0), known, tmp_path)

    assert [r.name for r in whole.recent] == ["B"]


def test_what_cannot_be_read_gives_way_to_what_the_window_has(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{")
    mine = Settings(reviewer="Ada")

    whole, is_kept = keep_settings(mine, mine, tmp_path)

    assert is_kept
    assert whole == load_settings(tmp_path) == mine
