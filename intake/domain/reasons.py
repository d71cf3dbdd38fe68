"""Why a rule hit a message: constants with values, which pages translate.

A row keeps the English sentence with its values put in, and pages find the constant again in it. So a wording that was
ever stored stays: a new one is a new constant, and the old one stands beside it.
"""

from intake.domain.errors import phrase

OP_ED = phrase('the subject holds "Op-Ed"')
DESK_WORD = phrase("the subject holds the desk's word “%(word)s”")
NO_WORD = phrase("the subject holds no word of the convention")

PIECE = phrase("%(reason)s, and there is a manuscript")
UNREAD = phrase("%(reason)s, but no document that came along could be read")
BARE_LINK = phrase("%(reason)s, but there is only a link")
SHORT = phrase("%(reason)s, but fewer than %(least)s words and no document")
OWN_ADDRESS = phrase("it comes from our own address %(address)s")
INVITATION = phrase("a calendar entry (%(method)s) without a document")
SEALED = phrase("it is encrypted (%(how)s), and we hold no key")
ANSWER = phrase("it says that it answers a message")

REPORT = phrase("a report, such as that a letter was opened (RFC 6522)")
IS_SET = phrase("%(field)s is set")
INBOX_RULE = phrase("an Exchange inbox rule answered")
AUTOMATIC_SUBJECT = phrase("the subject is that of an automatic answer")
DELIVERY_REPORT = phrase("a delivery status report (RFC 3464)")
FAILURE = phrase("a mail system reports a failure")
NULL_PATH = phrase("an empty return path and the subject of a failure")
HOPS = phrase("%(count)s Received lines")

SELLING = phrase("it speaks of “%(words)s”")
LURES = phrase("it speaks of %(words)s")
LINKS = phrase("%(links)s links in %(words)s words")
DISGUISED = phrase("the sender's name shows an address of another domain")
ELSEWHERE = phrase("answers go to %(domain)s")
NO_DATE = phrase("it has no Date")
NO_ID = phrase("it has no Message-ID")
NEITHER = phrase("it has no Date and no Message-ID")

EVERY = tuple(said for name, said in list(globals().items()) if name.isupper())
"""All of them; the one with less in it than another stands behind it."""
