"""What is written is LAS 2.0, and comes back as it was."""

from __future__ import annotations

from pathlib import Path

import lasio
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veerdesk.calibration.curve import Curve
from veerdesk.calibration.description import DepthSpec, LasSpec, WellDescription
from veerdesk.calibration.grid import grid_between
from veerdesk.errors import UnusableInputError, UsageError
from veerdesk.las.header import HeaderText, Provenance, ascii_text
from veerdesk.las.reader import read_las
from veerdesk.las.table import write_csv
from veerdesk.las.writer import LasTable, decimals_for, write_las

PROVENANCE = Provenance("Veerdesk 0", (("scan.tif", "ab" * 32),), ("shipped", "cd" * 32), ("GR is spliced.",))


def table(values: list[list[float]], step: float = 0.5, top: float = 100.0) -> LasTable:
    top = round(top / step) * step
    grid = grid_between(top, top + (len(values[0]) - 1) * step, step)
    names = ("GR", "ILD", "RHOB")
    return LasTable(
        grid,
        tuple(Curve(names[k], "GAPI", "a curve", grid.depths, np.array(v, float)) for k, v in enumerate(values)),
    )


def described(**las: object) -> WellDescription:
    return WellDescription(items=(("WELL", "Test 1"), ("UWI", "0123")), las=LasSpec(**las))  # type: ignore[arg-type]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([0.5, 0.1, 0.1524, 0.25, 1.0]),
    st.lists(st.one_of(st.none(), st.floats(-500, 5000)), min_size=2, max_size=40),
)
def test_values_come_back_within_a_hundred_thousandth_of_their_span(
    tmp_path: Path, step: float, held: list[float | None]
) -> None:
    values = [np.nan if v is None else v for v in held]
    path = tmp_path / "a.las"

    write_las(path, table([values], step), described(), PROVENANCE)

    back = read_las(path).curves[0].value
    span = np.nanmax(values) - np.nanmin(values) if np.isfinite(values).any() else 0.0
    assert np.allclose(back, values, atol=max(1e-9, 1.01e-5 * span), equal_nan=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=12), st.text(max_size=30))
def test_any_header_text_leaves_a_file_that_reads_back(
    tmp_path: Path, company: str, mnemonic: str, unit: str, words: str
) -> None:
    path = tmp_path / "a.las"
    one = table([[1.0, 2.0, np.nan]])
    curve = Curve(mnemonic, unit, words, one.grid.depths, one.curves[0].value)
    description = WellDescription(items=(("WELL", "Test 1"), ("COMP", company)))

    write_las(path, LasTable(one.grid, (curve,)), description, PROVENANCE)

    text = HeaderText()
    back = lasio.read(str(path))
    # lasio reads figures as numbers ("007" as 7), so the line itself is asked.
    line = next(each for each in path.read_text().splitlines() if each.startswith("COMP"))
    assert line.split(".", 1)[1].rsplit(":", 1)[0].strip() == text.value(company, "").strip()
    assert len(back.curves) == 2
    assert back.curves[1].unit == text.unit(unit, "")
    assert back.curves[1].original_mnemonic == text.mnemonic(mnemonic, "")
    assert np.allclose(back.data[:, 1], [1.0, 2.0, np.nan], equal_nan=True)


def test_only_printable_ascii_and_crlf_leave(tmp_path: Path) -> None:
    path = tmp_path / "a.las"
    description = WellDescription(items=(("WELL", "Brønn Ä–1"), ("FLD", "Гронинген")))

    rewritten = write_las(path, table([[1.0, 2.0]]), description, PROVENANCE)

    body = path.read_bytes()
    assert set(body) <= {13, 10, *range(32, 127)}
    assert body.count(b"\n") == body.count(b"\r\n")
    assert [(r.place, r.written) for r in rewritten] == [("WELL", "Broenn AE-1"), ("FLD", "?" * 9)]


def test_start_stop_and_step_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "a.las"
    grid = grid_between(177.0888, 178.0032, 0.1524)
    curve = Curve("DT", "US/F", "", grid.depths, np.linspace(60, 80, grid.size))

    write_las(path, LasTable(grid, (curve,)), described(step=0.1524), PROVENANCE)

    head = path.read_text("ascii")
    lines = {line.split(".")[0].strip(): line for line in head.splitlines() if "." in line}
    assert " 177.0888 " in lines["STRT"]
    assert " 178.0032 " in lines["STOP"]
    assert " 0.1524 " in lines["STEP"]
    first_data = head.split("~ASCII")[1].splitlines()[1].split()[0]
    assert first_data == "177.0888"


def test_mandatory_items_are_there_even_where_unknown(tmp_path: Path) -> None:
    path = tmp_path / "a.las"

    write_las(path, table([[1.0, 2.0]]), described(), PROVENANCE)

    well = lasio.read(str(path)).well
    assert all(m in well for m in ("STRT", "STOP", "STEP", "NULL", "COMP", "WELL", "FLD", "LOC", "PROV", "SRVC"))
    assert {"DATE", "UWI"} <= {item.mnemonic for item in well}
    assert well["UWI"].value == "0123"


def test_depth_unit_and_reference_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.las"
    description = WellDescription(
        items=(("WELL", "T"), ("EREF", "312"), ("XYZ", "kept")), depth=DepthSpec("ft", "KB"), las=LasSpec(unit="m")
    )

    write_las(path, table([[1.0, 2.0]]), description, PROVENANCE)

    las = lasio.read(str(path))
    assert las.well["STRT"].unit == las.curves[0].unit == "M"
    assert las.params["LMF"].value == "KB"
    assert (las.params["EREF"].value, las.params["EREF"].unit) == (312, "FT")
    assert las.well["XYZ"].value == "kept"


def test_provenance_stands_in_other(tmp_path: Path) -> None:
    path = tmp_path / "a.las"

    write_las(path, table([[1.0, 2.0]]), described(), PROVENANCE)

    other = read_las(path).other
    assert "Veerdesk 0" in other
    assert "ab" * 32 in other
    assert "cd" * 32 in other
    assert "GR is spliced." in other


def test_a_value_equal_to_the_null_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.las"

    with pytest.raises(UnusableInputError, match="GR holds the value 0"):
        write_las(path, table([[0.0, 2.0]]), described(null=0.0), PROVENANCE)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", ["1.2", "3.0"])
def test_versions_that_are_not_built_are_refused_by_name(tmp_path: Path, version: str) -> None:
    with pytest.raises(UsageError, match=version):
        write_las(tmp_path / "a.las", table([[0.0, 2.0]]), described(version=version), PROVENANCE)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")

    with pytest.raises(UnusableInputError, match="could not be written"):
        write_las(tmp_path / "folder" / "a.las", table([[1.0, 2.0]]), described(), PROVENANCE)


def test_log_curves_keep_their_digits_at_the_low_end() -> None:
    assert decimals_for(np.array([0.2, 2000.0])) >= 5
    assert decimals_for(np.array([0.0, 150.0])) == 3


@pytest.mark.parametrize("body", [b"", b"hello", b"~V\n~W\n", bytes(range(256))])
def test_what_is_no_las_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.las"
    path.write_bytes(body)

    with pytest.raises(UnusableInputError, match=r"a\.las"):
        read_las(path)


def test_csv_has_units_and_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    write_csv(path, table([[1.0, np.nan], [2.0, 3.0]]), "ft")

    lines = path.read_text().splitlines()
    assert lines[0] == "DEPT (FT),GR (GAPI),ILD (GAPI)"
    assert lines[2].split(",")[:2] == ["100.5", ""]


def test_ascii_text_spells_out_what_it_can() -> None:
    assert ascii_text("Ångström é Ω µ") == "AAngstroem e ohm u"
