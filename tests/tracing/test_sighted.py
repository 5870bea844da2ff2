"""Where a curve is on the paper, judged by what the model sees along the track."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.tracing.drawn_track import DrawnLog, dashes, walk
from veerdesk.resources import resource
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import Likeness
from veerdesk.segmentation.sight import AS_SEEN, EXCHANGED, FIELDS, NUMBERS, Seen, Sight, presence_file
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.presence_net import FOLLOWED, REACH, REACHES, PresenceNet, answers, shipped_net
from veerdesk.tracing.trace import TracePin

ROWS, CELL = 600, 15


def net_of(seed: int) -> PresenceNet:
    """Numbers that tell nothing sensible, and that differ from cell to cell."""
    rng, width, layers = np.random.default_rng(seed), NUMBERS, len(REACHES)
    shapes = (FOLLOWED, width), (layers, 3, width, width), (layers, width), (layers, width, width), (layers, width)
    arrays = [(0.2 * rng.normal(size=shape)).astype(np.float32) for shape in (*shapes, (width, 2), (2,))]
    return PresenceNet("", 0.02, 0.0, 0.3, *arrays)


def plain_net(change: float = 0.0) -> PresenceNet:
    """Numbers by which a curve is present where the first two bytes of a cell say so, each for one curve."""
    width, layers = NUMBERS, len(REACHES)
    shapes = (FOLLOWED, width), (layers, 3, width, width), (layers, width), (layers, width, width), (layers, width)
    arrays = [np.zeros(shape, np.float32) for shape in (*shapes, (width, 2), (2,))]
    arrays[5][0, 0] = arrays[5][1, 1] = 1.0
    return PresenceNet("", 1.0, 10.0, change, *arrays)


@dataclass
class SeenLog:
    """A drawn log with cells that can be changed."""

    log: DrawnLog
    at: NDArray[np.int64] = field(init=False)
    cells: NDArray[np.uint8] = field(init=False)
    said: NDArray[np.bool_] = field(init=False)
    turned: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.log.rows
        self.at = np.arange(CELL // 2, rows, CELL)
        self.cells = np.full((len(self.at), FIELDS), 128, np.uint8)
        self.cells[:, 0] = AS_SEEN
        self.cells[:, 1:3] = 128 + 20
        self.said, self.turned = np.zeros((rows, 2), np.bool_), np.zeros(rows, np.bool_)

    def absent(self, slot: int, rows: RowSpan) -> SeenLog:
        """Let the model see no curve of a slot in some rows."""
        self.cells[(self.at >= rows.start) & (self.at < rows.stop), slot] = 128
        return self

    def look(self, rows: RowSpan) -> Seen:
        here = (self.at >= rows.start) & (self.at < rows.stop)
        part = slice(rows.start, rows.stop)
        return Seen(Sight(self.at[here], self.cells[here]), self.said[part], self.turned[part])

    def decoder(self, net: PresenceNet, pins: tuple[TracePin, ...] = ()) -> Decoder:
        whole, stroke, width = RowSpan(0, self.log.rows), float(self.log.stroke), float(self.log.width)
        return Decoder(whole, self.log.evidence, pins, stroke, width, False, look=self.look, net=net)


def two_curves() -> SeenLog:
    log = DrawnLog(ROWS, 220).draw(1, walk(np.random.default_rng(3), ROWS, 100, calm=40))
    return SeenLog(log.draw(2, np.full(ROWS, 160.0)))


def test_a_curve_is_where_the_model_sees_one() -> None:
    seen = two_curves().absent(2, RowSpan(200, 400))

    x = seen.decoder(plain_net()).solve().x

    assert np.isfinite(x[0]).all()
    assert np.isnan(x[1, 210:390]).all()
    assert np.isfinite(x[1, :190]).all()
    assert np.isfinite(x[1, 410:]).all()


def test_one_doubtful_cell_breaks_no_curve_where_to_come_or_to_go_costs_more() -> None:
    seen = two_curves()
    seen.cells[20, 2] = 128 + 9  # one short of what is rather there than not

    alone, settled = (seen.decoder(plain_net(change)).solve().x for change in (0.0, 3.0))

    assert np.isnan(alone[1, seen.at[20]])
    assert np.isfinite(settled[1]).all()


def test_where_slots_stand_the_other_way_round_the_other_curve_is_meant() -> None:
    seen = two_curves().absent(2, RowSpan(200, 400))
    seen.cells[:, 0] = EXCHANGED

    x = seen.decoder(plain_net()).solve().x

    assert np.isnan(x[0, 210:390]).all()
    assert np.isfinite(x[1]).all()


def test_where_a_person_exchanged_the_ink_the_other_curve_is_meant() -> None:
    seen = two_curves().absent(2, RowSpan(200, 400))
    seen.turned[180:420] = True

    x = seen.decoder(plain_net()).solve().x

    assert np.isnan(x[0, 210:390]).all()
    assert np.isfinite(x[1]).all()


def test_ink_that_a_person_gave_a_curve_is_followed_whatever_the_model_sees() -> None:
    seen = two_curves().absent(2, RowSpan(200, 400))
    seen.said[250:300, 1] = True

    x = seen.decoder(plain_net()).solve().x

    assert np.isfinite(x[1, 250:300]).all()
    assert np.isnan(x[1, 345:390]).all()


def test_a_pin_is_kept_whatever_the_model_sees() -> None:
    seen = two_curves().absent(2, RowSpan(200, 400))

    x = seen.decoder(plain_net(), (TracePin("at", 2, RowSpan(300, 301), 160.0),)).solve().x

    assert abs(x[1, 300] - 160.0) < 1.0
    assert np.isfinite(x[1, 265:335]).all()  # and the ink beside it, not one row alone
    assert np.isnan(x[1, 210:255]).all()


def test_dashes_that_a_person_gave_a_curve_are_bridged_whatever_the_model_sees() -> None:
    log = DrawnLog(ROWS, 220).draw(1, walk(np.random.default_rng(3), ROWS, 100, calm=40))
    seen = SeenLog(log.draw(2, np.full(ROWS, 160.0), on=dashes(ROWS, 10, 8))).absent(2, RowSpan(200, 400))
    seen.said[252:300, 1] = dashes(ROWS, 10, 8)[252:300]

    x = seen.decoder(plain_net()).solve().x

    assert np.isfinite(x[1, 252:300]).all()
    assert np.isnan(x[1, 350:390]).all()


def test_a_part_of_the_cells_answers_as_the_whole_does() -> None:
    rng, net, count = np.random.default_rng(5), net_of(5), 3 * REACH
    cells = rng.integers(1, 256, (count, FIELDS)).astype(np.uint8)
    told, turned = rng.random((count, FOLLOWED)).astype(np.float32), rng.random(count) < 0.3

    whole = answers(net, cells, told, turned)
    part = answers(net, cells[10:-7], told[10:-7], turned[10:-7])

    np.testing.assert_array_equal(part[REACH:-REACH], whole[10 + REACH : -7 - REACH])
    assert np.ptp(whole) > 1.0


def test_the_numbers_that_ship_belong_to_the_weights_that_ship_and_agree_with_their_card() -> None:
    net = shipped_net()

    card = json.loads(presence_file().with_suffix(".json").read_text())
    assert net.of == json.loads(resource("models", "veerdesk-v3.json").read_text())["digest"] == card["of"]
    assert card["digest"] == hashlib.sha256(presence_file().read_bytes()).hexdigest()
    assert (net.step, net.least) == (card["step"], card["least"])
    assert net.near.shape == (len(REACHES), 3, NUMBERS, NUMBERS)
    assert all(np.isfinite(a).all() for a in (net.followed, net.near, net.mix, net.tell, net.tell_bias))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_presence_judged_by_sight_after_each_of_many_edits_is_as_after_a_full_solve(seed: int) -> None:
    rng, rows, net = np.random.default_rng(seed), 1400, net_of(seed)
    one, two = (walk(rng, rows, 220) for _ in range(2))
    on = dashes(rows, 14, 9) if rng.random() < 0.5 else None
    seen = SeenLog(DrawnLog(rows, 220).draw(1, one).draw(2, two, on=on))
    seen.cells[:, 1:] = rng.integers(1, 256, (len(seen.at), NUMBERS))
    decoder = seen.decoder(net)
    decoder.solve()

    for _ in range(4):
        a, left = int(rng.integers(0, rows - 260)), int(rng.integers(20, 190))
        span, broad = RowSpan(a, a + int(rng.integers(1, 250))), int(rng.integers(2, 30))
        part, value = slice(span.start, span.stop), int(rng.integers(0, 3))
        seen.log.p1[part, left : left + broad] = 255 * (value == 1)
        seen.log.p2[part, left : left + broad] = 255 * (value == 2)
        if value and rng.random() < 0.5:
            seen.said[part, value - 1] = True
            seen.turned[part] = rng.random() < 0.5
        if rng.random() < 0.5:  # a tile of the model comes in
            here = (seen.at >= span.start) & (seen.at < span.stop)
            seen.at[here] += int(rng.integers(-2, 3))
            seen.at[here] = np.clip(seen.at[here], span.start, span.stop - 1)
            here = np.flatnonzero(here)
            seen.cells[here, 1:] = rng.integers(1, 256, (len(here), NUMBERS))
            gone = here[1::2] if rng.random() < 0.3 else here[:0]
            seen.at, seen.cells = np.delete(seen.at, gone), np.delete(seen.cells, gone, axis=0)
        trace, _ = decoder.resolve([span])

        full = seen.decoder(net).solve()
        for name in ("x", "low", "high", "kind", "confidence"):
            np.testing.assert_array_equal(getattr(trace, name), getattr(full, name))


def test_where_the_cells_go_presence_is_judged_by_classes_again() -> None:
    seen = two_curves().absent(2, RowSpan(200, 400))
    decoder = seen.decoder(plain_net())
    decoder.solve()
    decoder.resolve([RowSpan(20, 30)])

    seen.at, seen.cells = seen.at[:0], seen.cells[:0]
    trace, _ = decoder.resolve([RowSpan(0, ROWS)])

    full = seen.log.decoder().solve()
    np.testing.assert_array_equal(trace.x, full.x)
    assert np.isfinite(trace.x[1]).all()


def test_of_pens_of_one_look_nothing_is_told_by_name() -> None:
    seen = two_curves().absent(2, RowSpan(200, 400))
    whole, stroke, width = RowSpan(0, ROWS), float(seen.log.stroke), float(seen.log.width)

    alike = Decoder(
        whole, seen.log.evidence, (), stroke, width, False, None, Likeness(True), seen.look, plain_net()
    ).solve()

    assert np.isfinite(alike.x).all()
