"""Pages as PDF, set by Typst from a template; what people wrote goes in as JSON values and never becomes markup. Free of Django.

No fonts are shipped: the server's own are used. Typst brings one for Latin letters; Korean and Japanese need one that has theirs, and
without it the page is refused, because it would show boxes in place of words.
"""

from huntline.typesetting.errors import FontMissing
from huntline.typesetting.pages import set_pages

__all__ = ["FontMissing", "set_pages"]
