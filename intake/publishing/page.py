"""What machines read on an article's page: structured data with the label, the author and the explainer.

It writes no HTML page (the site's templates do) and never puts the notice into the body.
"""

import json
import logging
import re
from datetime import datetime

from intake.domain.disclaimer import NoDisclaimer, needs_notice
from intake.domain.piece import Notice, Piece

log = logging.getLogger(__name__)

_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def printed_notice(piece: Piece) -> Notice | None:
    """Return the notice to print, and None for a genre that carries none, even when one is attached; that is logged.

    Raises NoDisclaimer for a genre that needs a notice and has none, or an empty one.
    """
    notice = piece.notice
    if not needs_notice(piece.genre):
        if notice is not None:
            told = {"version": notice.version_id, "genre": piece.genre}
            log.warning("refused to print a disclaimer", extra=told)
        return None
    if notice is None or not notice.text.strip() or not notice.label.strip():
        raise NoDisclaimer(f"This {piece.genre} has no disclaimer or label. Send a new proof, which pins one.")
    return notice


def structured_data(
    piece: Piece,
    *,
    url: str,
    image: str | None,
    published: datetime,
    modified: datetime,
    publisher_url: str,
    publishing_principles: str,
    logo: str | None,
) -> dict[str, object]:
    """Return JSON-LD (schema.org ``OpinionNewsArticle``, or ``NewsArticle`` for genres without a notice).

    ``backstory`` is the explainer and ``articleSection`` the label. All addresses are absolute, both moments aware.
    Raises NoDisclaimer as ``printed_notice`` does.
    """
    notice = printed_notice(piece)
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle" if notice is None else "OpinionNewsArticle",
        "mainEntityOfPage": url,
        "url": url,
        "headline": piece.headline,
        "description": piece.standfirst,
        "image": [image] if image else [],
        "inLanguage": piece.language,
        "datePublished": _stamp(published),
        "dateModified": _stamp(modified),
        "author": [_filled({"@type": "Person", "name": c.name, "description": c.bio}) for c in piece.credits],
        "publisher": _publisher(piece.publication, publisher_url, publishing_principles, logo),
        "publishingPrinciples": publishing_principles,
        "articleSection": notice.label if notice else "",
        "backstory": notice.text if notice else "",
    }
    return _filled(data)


def script_json(data: dict[str, object]) -> str:
    r"""Return JSON that is safe inside ``<script>``: ``<``, ``>``, ``&``, U+2028, U+2029 and lone surrogates escaped.

    The escapes are JSON's own (``\u003c``), so that a reader gets the same values back (HTML 4.12.1.3).
    """
    written = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return _UNSAFE.sub(lambda unsafe: f"\\u{ord(unsafe.group()):04x}", written)


def _publisher(name: str, url: str, principles: str, logo: str | None) -> dict[str, object]:
    picture = {"@type": "ImageObject", "url": logo} if logo else None
    return _filled(
        {
            "@type": "NewsMediaOrganization",
            "name": name,
            "url": url,
            "logo": picture,
            "publishingPrinciples": principles,
        }
    )


def _filled(data: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in data.items() if value}


def _stamp(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("the moment has no time zone")
    return moment.isoformat(timespec="seconds")
