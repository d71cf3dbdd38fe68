"""What can be wrong with a message, or with reading it: constants with values, which pages translate.

A row keeps the English sentence with its values put in, and pages find the constant again in it. So a wording that was
ever stored stays: a new one is a new constant, and the old one stands beside it.
"""

from intake.domain.errors import phrase

SPLIT_PARAMETER = phrase("a parameter on a line of its own in the header")
EMPTY_FOLD = phrase("an empty continuation line in the header")
NO_FIELD = phrase("a line in the header that is no field")
CUT_HEADER = phrase("the header %(name)s was cut at %(limit)s KB")
SENDERS = phrase("more than one sender: the first is shown")
MARK_IN_HEADER = phrase("direction mark %(mark)s taken out of the subject or the sender's name")
MARK_IN_FILE = phrase("direction mark %(mark)s taken out of a file name")
GROUP = phrase("%(address)s sent it on: the author is the one named in X-Original-From and Reply-To")
ATTACHMENTS = phrase("%(count)s attachments: only the first %(limit)s are listed")
DOCUMENTS = phrase("%(count)s documents came along: only the first %(limit)s were read")
LONG_PART = phrase("only the first %(limit)s MB of a text part were read")
LONG_BODY = phrase("the body is longer than %(limit)s characters: the piece was cut there")
TNEF = phrase("winmail.dat is not what it says")
TNEF_TEXT = phrase("the text in winmail.dat could not be unpacked")

NOT_BASE64 = phrase("plain text said to be base64")
BEHIND_BASE64 = phrase("text behind base64")
STRAY_BASE64 = phrase("%(count)s stray bytes in base64")
CUT_BASE64 = phrase("base64 was cut off")
UUENCODING = phrase("broken uuencoding")
UNKNOWN_ENCODING = phrase("unknown transfer encoding %(encoding)s")
UNKNOWN_CHARSET = phrase("charset %(charset)s is not known or not taken")
UNDECLARED = phrase("read as %(charset)s though declared nothing")
ESCAPES = phrase("read as %(charset)s though not declared")
DECLARED_WRONGLY = phrase("read as %(charset)s though declared %(declared)s")
STRAY_BYTES = phrase("bytes that are no %(charset)s")
GUESSED = ("read as ", "bytes that are no ")
"""How the sentences begin that tell of a guess: knowing the message's language, one may guess better."""

LARGE_MESSAGE = phrase("the message is larger than %(limit)s MB")
LARGE_BLOCK = phrase("the header block is larger than %(limit)s KB")
LARGE_HEADER = phrase("the header %(name)s is larger than %(limit)s KB")
LARGE_PART_HEADER = phrase("a part's header %(name)s is larger than %(limit)s KB")
BOUNDARIES = phrase("the message has more than %(limit)s boundary lines")
NESTED = phrase("the message holds more than %(limit)s nested messages")
DEEP = phrase("the message is nested deeper than %(limit)s levels")
TOO_DEEP = phrase("the message is nested too deep to be taken apart")
STRUCTURE = phrase("the message's structure cannot be taken apart (%(cause)s)")
NO_SUCH_FILE = phrase("the message holds no such file")

TIME = phrase("reading took too long and was stopped; open the original by hand")
MEMORY = phrase("reading needed too much memory and was stopped; open the original by hand")
CRASH = phrase("reading failed; open the original by hand")
CRASHED_BY = phrase("reading failed; open the original by hand (%(cause)s)")
LARGE_ANSWER = phrase("reading gave an answer of more than %(limit)s MB; open the original by hand")
UNFILED = phrase("it could not be filed: %(cause)s")
NO_WORD = phrase("it lay in quarantine without a word why")
LOST = phrase("the original bytes are not among the files any more: take them from a backup")
CUT_OFF = phrase("The spool file is cut off: its end mark is missing. The mail was never acknowledged.")
NO_ENVELOPE = phrase("The first line of the spool file is not an envelope: %(cause)s")
CHANGED = phrase("The spool file does not match its key: its bytes changed on disk.")

PARSER = {
    "NoBoundaryInMultipartDefect": phrase("no boundary in multipart"),
    "StartBoundaryNotFoundDefect": phrase("start boundary not found"),
    "CloseBoundaryNotFoundDefect": phrase("close boundary not found"),
    "FirstHeaderLineIsContinuationDefect": phrase("first header line is continuation"),
    "MisplacedEnvelopeHeaderDefect": phrase("misplaced envelope header"),
    "MissingHeaderBodySeparatorDefect": phrase("missing header body separator"),
    "MultipartInvariantViolationDefect": phrase("multipart invariant violation"),
    "InvalidMultipartContentTransferEncodingDefect": phrase("invalid multipart content transfer encoding"),
    "InvalidHeaderDefect": phrase("invalid header"),
}
"""What the standard parser finds in a message, by the names of its classes."""

IN_FILE = phrase("%(fault)s (attachment %(file)s)")
OF_FILE = phrase("%(file)s: %(fault)s")
OF_HTML = phrase("HTML body: %(fault)s")
OF_MESSAGE = phrase("the message inside: %(fault)s")
AROUND = (IN_FILE, OF_FILE, OF_HTML, OF_MESSAGE)
"""Those that say where another fault is; ``fault`` is one that pages translate by itself."""

_SAID = [said for name, said in globals().items() if name.isupper() and isinstance(said, str)]
EVERY = (*(said for said in _SAID if said not in AROUND), *PARSER.values())
"""All that are told by themselves, in an order in which the first that fits is the one meant."""
