"""What the records of a scan come to: sums, control totals, dates, rejects, undeclared personal data.

What is here: questions to the typed records. What is not: typing them (:mod:`.stage`), judging the answers
(:mod:`.checks`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mkt_pipeline.exports.catalog import DATED, normalise
from mkt_pipeline.exports.privacy import personal_cells
from mkt_pipeline.exports.problems import ADDRESS, masked, problem
from mkt_pipeline.exports.staged import SEPARATOR, Reject, Staged, first_row
from mkt_pipeline.exports.values import Period
from mkt_pipeline.lake import quote, quote_identifier

if TYPE_CHECKING:
    from mkt_pipeline.exports.stage import TableScan

MAX_REJECTS_KEPT = 100
_PHONE = r"^\+?\d[\d ().-]{6,}$"
_PHONE_WORDS = ("phone", "mobile", "telefon", "téléphone", "手机", "电话", "電話", "手機")
_PERSONAL_HEADERS = frozenset(
    ("email", "e-mail", "email address", "e-mail address", "emailaddress", "recipient", "recipient email",
     "phone", "phone number", "mobile", "mobile phone", "first name", "last name", "full name",
     "customer name", "ip address", "邮箱", "电子邮箱", "邮箱地址", "手机", "手机号", "手机号码", "电话",
     "联系电话", "姓名", "收件人", "收货人", "收货地址", "身份证号")
)  # fmt: skip
"""Headers that never name anything but people."""


def _pointer(name: str) -> str:
    """Where a key stands in a JSON object, as a SQL literal."""
    return quote("/" + name.replace("~", "~0").replace("/", "~1"))


def _may_hold_phones(header: str) -> bool:
    return any(word in normalise(header) for word in _PHONE_WORDS)


class Tally:
    """What the records of a scan come to: sums, control totals, rejects, dates."""

    def __init__(self, scan: TableScan, structural: list[Reject]) -> None:
        self.scan = scan
        self.structural = structural
        self.connection, self.grid, self.match = scan.connection, scan.grid, scan.match
        self.relation, self.columns, self.dataset = scan.relation, scan.columns, scan.dataset

    def staged(self) -> Staged:
        """All figures of the table."""
        source, columns, structural = self.relation, self.columns, self.structural
        measures = [name for name in columns if self.dataset and name in self.dataset.measures]
        data = "_kind IS NULL AND _bad IS NULL"
        self._refuse_personal(source, columns)
        picks = ["count(*)", f"count(*) FILTER ({data})", "count(*) FILTER (_kind = 'total')",
                 "count(*) FILTER (_kind IS NULL AND _bad IS NOT NULL)"]  # fmt: skip
        dated = "period_start" in columns
        if dated:
            picks += [f"min(period_start) FILTER ({data})", f"max(period_end) FILTER ({data})",
                      f"bool_and(period_start = period_end) FILTER ({data})"]  # fmt: skip
        shown = [name for name in ("account_id", "account_name", "currency_code") if name in columns]
        picks += [f"CASE WHEN min({name}) = max({name}) THEN min({name}) END" for name in shown]
        picks += [f"sum({quote_identifier(name)}) FILTER ({data})" for name in measures]
        row = list(first_row(self.connection, f"SELECT {', '.join(picks)} FROM {source}"))
        _, rows, totals_rows, bad = row[:4]
        first, last, daily = row[4:7] if dated else (None, None, None)
        rest = row[7 if dated else 4 :]
        singles = dict(zip(shown, rest, strict=False))
        sums = dict(zip(measures, rest[len(shown) :], strict=True))
        label, control = self._control(source, measures) if totals_rows else ("", {})
        return Staged(
            self.grid, source, columns, rows,
            rejected=bad + sum(reject.value.count("\n") + 1 for reject in structural),
            rejects=self._rejects(source, structural, bad),
            totals_rows=totals_rows + self.scan.long_totals,
            totals=self._totals(sums, rows),
            control=control, control_label=label,
            dates=Period(first, last) if first and last else None,
            is_daily=bool(daily) and dated,
            shown={name: str(value) for name, value in singles.items() if value is not None},
            signs=frozenset(style.sign for cell, style in self.scan.styles.items() if style.sign),
            amounts=self._amounts_without_currency(source, columns, sums), _connection=self.connection,
        )  # fmt: skip

    def _amounts_without_currency(
        self, source: str, columns: Sequence[str], sums: Mapping[str, Any]
    ) -> frozenset[str]:
        assert self.dataset is not None
        amounts = [name for name in sums if self.dataset.column(name).in_currency and sums[name]]
        if amounts and "currency_code" in columns:
            picks = ", ".join(
                f"count(*) FILTER (currency_code IS NULL AND {quote_identifier(name)} <> 0)"
                for name in amounts
            )
            query = f"SELECT {picks} FROM {source} WHERE _kind IS NULL AND _bad IS NULL"
            counts = first_row(self.connection, query)
            amounts = [name for name, count in zip(amounts, counts, strict=True) if count]
        return frozenset(amounts)

    def _refuse_personal(self, source: str, columns: Sequence[str]) -> None:
        """Unknown columns are kept as they are, so they must not hold people's addresses."""
        unknown = [self.match.header[cell] for cell in self.match.unmapped]
        named = [name for name in unknown if normalise(name) in _PERSONAL_HEADERS]
        if not named and unknown and "extra" in columns:
            query = f"SELECT extra FROM {source} WHERE regexp_matches(extra, {quote(ADDRESS)}) LIMIT 1"
            if any(map(_may_hold_phones, unknown)) or self.connection.execute(query).fetchone():
                named = self._with_addresses(source)
        if named:
            shown = ", ".join(map(repr, named))
            raise problem(
                "E-SRC-18", f"column {shown} of an undeclared kind", where=f"line {self.grid.header_line}"
            )

    def _with_addresses(self, source: str) -> list[str]:
        """The unknown columns in ``extra`` that hold an address or a phone, by the name they have there."""
        names = [self.scan.extra_names[cell] for cell in self.match.unmapped]
        picks = ", ".join(
            f"bool_or(regexp_matches(json_extract_string(extra, {_pointer(name)}), {quote(pattern)}))"
            for name in names
            for pattern in [f"{ADDRESS}|{_PHONE}" if _may_hold_phones(name) else ADDRESS]
        )
        hits = first_row(self.connection, f"SELECT {picks} FROM {source}")
        return [name for name, hit in zip(names, hits, strict=True) if hit]

    def _totals(self, sums: Mapping[str, Any], rows: int) -> dict[str, int | float]:
        """Sums of what may be summed; in a table of one row also distinct people; an empty one sums to 0."""
        assert self.dataset is not None
        people = (
            {column.name for column in self.dataset.columns if column.type == "BIGINT"}
            if rows == 1
            else set()
        )
        if rows == 0:
            return {name: 0 for name in sums if self._is_additive(name)}
        return {
            name: _number(value)
            for name, value in sums.items()
            if value is not None and (name in people or self._is_additive(name))
        }

    def _is_additive(self, name: str) -> bool:
        assert self.dataset is not None
        said = [bound.rule.additive for bound in self.match.bound if name in bound.targets]
        return all(self.dataset.column(name).is_additive if each is None else each for each in said)

    def _control(self, source: str, measures: Sequence[str]) -> tuple[str, dict[str, int | float]]:
        """The totals the platform wrote: the first totals row, or the first one of each segment."""
        additive = [name for name in measures if self._is_additive(name)]
        picks = ", ".join(map(quote_identifier, additive)) or "NULL"
        segment = "breakdown_value" if any(b.rule.breakdown for b in self.match.bound) else "NULL"
        day = "period_start" if any(b.rule.to in DATED for b in self.match.bound) else "NULL"
        rows = self.connection.execute(
            # Where the rows are about a breakdown (places, hours), its cell carries the label.
            f"SELECT nullif(trim(replace({segment}::VARCHAR, coalesce(_label, ''), ''), ' /'), ''), "
            f"{day}::VARCHAR, coalesce(_label, ''), {picks} "
            f"FROM {source} WHERE _kind = 'total' ORDER BY file_row_number"
        ).fetchall()
        firsts: dict[tuple[Any, Any], Sequence[Any]] = {}
        for row in rows:
            firsts.setdefault((row[0], row[1]), row)
        whole = firsts.get((None, None))
        counted = [whole] if whole else list(firsts.values())
        control: dict[str, int | float] = {}
        for place, name in enumerate(additive, start=3):
            values = [row[place] for row in counted if row[place] is not None]
            if values:
                control[name] = _number(sum(values))
        return str(counted[0][2]), control

    def _rejects(self, source: str, structural: list[Reject], bad: int) -> list[Reject]:
        """The first rejected records with their line in the file."""
        found = [
            Reject(self._original_line(reject.line), reject.column, self._told(reject.value), reject.reason)
            for reject in structural
        ]
        if bad:
            rows = self.connection.execute(
                f"SELECT file_row_number, _bad FROM {source} WHERE _kind IS NULL AND _bad IS NOT NULL "
                f"ORDER BY 1 LIMIT {MAX_REJECTS_KEPT}"
            ).fetchall()
            lines = self._lines_of([row[0] for row in rows], {reject.line for reject in structural})
            for (_, text), line in zip(rows, lines, strict=True):
                column, _, value = text.partition(SEPARATOR)
                reason = f"cannot be read as {self._kind_word(column)}" if value else "is missing"
                found.append(Reject(line, column, self._told(value), reason))
        return sorted(found, key=lambda reject: reject.line)[:MAX_REJECTS_KEPT]

    def _told(self, value: str) -> str:
        """What may be told of a rejected cell or line: nothing of a table that holds people."""
        return "" if personal_cells(self.grid) else masked(value)[:200]

    def _kind_word(self, column: str) -> str:
        kinds = {self.match.header[bound.cells[0]]: bound.kind for bound in self.match.bound}
        words = {"count": "a whole number", "money": "an amount", "decimal": "a number", "ratio": "a share",
                 "percent": "a percentage", "seconds": "a duration", "boolean": "yes or no"}  # fmt: skip
        return words.get(kinds.get(column, "date"), "a date")

    def _lines_of(self, positions: list[int], structural: set[int]) -> list[int]:
        """Lines in the file of the records at these positions of the scratch file."""
        wanted, lines = iter(positions), []
        target = next(wanted)
        good = 0
        for line, _ in self.scan.python_records():
            if line in structural:
                continue
            if good == target:
                lines.append(self._original_line(line))
                following = next(wanted, None)
                if following is None:
                    break
                target = following
            good += 1
        lines += [self.grid.header_line] * (len(positions) - len(lines))
        return lines

    def _original_line(self, line: int) -> int:
        return line - self.grid.skip + self.grid.header_line


def _number(value: Any) -> int | float:
    """A sum as JSON shows it: whole counts as integers, amounts without float noise."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float):
        return round(value, 6)
    return int(value)
