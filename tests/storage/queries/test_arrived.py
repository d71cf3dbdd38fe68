"""A mail is there when its spool entry was filed, or the same mail by another way."""

from intake.newsroom import Newsroom
from intake.storage.queries.arrived import is_there
from tests.workflow.arrivals import HUDA, OPED, arrived, written


def test_a_mail_is_known_by_its_key_or_by_digest_sender_and_recipient(newsroom: Newsroom) -> None:
    with newsroom.transaction() as session:
        row = arrived(session, newsroom, written())
        assert is_there(session, row.spool_key, "", "", "")
        assert is_there(session, "", row.digest, HUDA, OPED)
        assert not is_there(session, "", row.digest, "eve@author.example", OPED)
        assert not is_there(session, "", row.digest, HUDA, "rai@harbourpost.example")
        assert not is_there(session, "", "0" * 64, HUDA, OPED)
