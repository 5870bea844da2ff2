"""Names under rows and what changed since, in words: for the ruler, the panel and the box in which a name is given.

Separate from the words of the queue because the ruler says them too, and it knows no crossings.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import SignedRows


def signed_words(signed: SignedRows) -> str:
    """Return who signed which rows and when, and whether that still holds, as one or two sentences."""
    sign = signed.sign
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(sign.at))
    rows = f"{sign.rows.start:,}", f"{sign.rows.stop - 1:,}"
    said = _t("Rows {0} to {1} signed by {2}, {3}.").format(*rows, sign.by, when)
    if signed.holds:
        return said if signed.is_known else f"{said} {_t('Being checked.')}"
    count = sum(s.rows for s in signed.changed)
    if count >= sign.rows.rows:
        return f"{said} {_t('Borders, scale, depths or curves changed since: it no longer holds.')}"
    return f"{said} {_t('{0} rows changed since: it no longer holds.').format(f'{count:,}')}"


def signed_briefly(signed: SignedRows) -> str:
    """Return who signed and on which day, and whether that still holds, where there is little room."""
    by, day = signed.sign.by, time.strftime("%Y-%m-%d", time.localtime(signed.sign.at))
    if signed.holds:
        return _t("Signed by {0}, {1}.").format(by, day)
    return _t("The name of {0}, {1}, no longer holds.").format(by, day)


def changed_words(changed: Sequence[RowSpan], found: Sequence[RowSpan]) -> str:
    """Return how much changed since it was accepted, as a sentence; ``found`` are the places to look at."""
    if not changed:
        return ""
    rows = f"{sum(s.rows for s in changed):,}"
    if len(found) == 1:
        return _t("{0} rows changed since they were accepted.").format(rows)
    return _t("{0} rows in {1} places changed since they were accepted.").format(rows, f"{len(found):,}")


def _t(text: str) -> str:
    return QCoreApplication.translate("Review", text)
