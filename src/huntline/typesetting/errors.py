"""What typesetting refuses."""

from collections.abc import Sequence

from huntline.kernel import Unavailable, translatable


class FontMissing(Unavailable):
    """No font on the server has the letters of the page: a PDF would show boxes."""

    def __init__(self, scripts: Sequence[str]) -> None:
        super().__init__(
            "report_font_missing",
            translatable(
                "The server has no font for these letters: {scripts}. The operator can install one, such as the package "
                "fonts-noto-cjk. The CSV file needs none."
            ),
            scripts=", ".join(scripts),
        )
