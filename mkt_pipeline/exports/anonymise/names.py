"""Stand-ins for names: the same name gets the same one, whatever column or part it stands in.

What is here: stand-ins of the same form, a link for a link, an address for an address, an id for an id. What
is not: deciding what is a name (:mod:`.columns`, :mod:`.texts`).
"""

from __future__ import annotations

from mkt_pipeline.exports import figures


class Names:
    """The names seen so far and their stand-ins."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], int] = {}
        """Label and name to the number of the stand-in."""
        self._counts: dict[str, int] = {}

    def number(self, label: str, name: str) -> int:
        """The number of a name among those of its label, from 1 in order of appearance."""
        key = (label, name)
        if key not in self.known:
            self._counts[label] = self._counts.get(label, 0) + 1
            self.known[key] = self._counts[label]
        return self.known[key]

    def of(self, label: str, text: str) -> str:
        """The stand-in of a name; blanks around it stay."""
        name = text.strip()
        return text.replace(name, self._stand_in(label, name)) if name else text

    def _stand_in(self, label: str, name: str) -> str:
        if figures.is_url(name):
            return f"https://example.com/page-{self.number('page', name)}"
        if figures.is_email(name):
            return f"person-{self.number('person', name.casefold())}@example.com"
        if figures.is_path(name):
            return name if name == "/" else f"/page-{self.number('page', name)}"
        if name.startswith(("https___", "http___")):
            return f"https___site-{self.number('site', name)}.example_"
        if name.lower().startswith("sc-domain:"):
            return f"sc-domain:site-{self.number('site', name[10:])}.example"
        if figures.is_domain(name):
            return f"site-{self.number('site', name)}.example"
        breaks = "".join(f"\nline {number}" for number in range(2, 2 + name.count("\n")))
        return f"{label} {self.number(label, name)}{breaks}"

    def id(self, label: str, text: str) -> str:
        """Another id of the same form: as many digits and signs, letters as ``x``."""
        bare = "".join(sign for sign in text if sign.isalnum()).casefold()
        if not bare:
            return text
        places = sum(sign.isdigit() for sign in text)
        number = self.number(f"{label} id", bare) if places >= 3 else 0
        if places < max(3, len(str(number)) + 1):
            return self.of(label, text) if places < len(text.strip()) else text
        digits = iter(f"1{number:0{places - 1}d}")
        return "".join(next(digits) if sign.isdigit() else "x" if sign.isalpha() else sign for sign in text)

    def person(self, text: str) -> str:
        """The stand-in of a name, an address or a telephone number of a person."""
        is_number = sum(sign.isdigit() for sign in text) * 2 > len(text.strip())
        return (
            self.id("person", text) if is_number and not figures.is_email(text) else self.of("person", text)
        )
