"""Reports of letters that came back, in the shapes of the systems that write them; invented people."""

BROUGHT_BACK = "From: oped@harbourpost.example\nTo: {address}\nSubject: Received\nMessage-ID: {id}\n\nThank you.\n"


def _report(system: str, text: str, status: str, back: str = "message/rfc822", extra: str = "") -> str:
    return (
        f"{extra}From: {system}\nTo: oped@harbourpost.example\nSubject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <report@mx.author.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=us-ascii\n\n{text}\n\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.author.example\n\n{status}\n\n"
        f"--b\nContent-Type: {back}\n\n{BROUGHT_BACK}\n--b--\n"
    )


def _free(system: str, subject: str, text: str, extra: str = "") -> str:
    return (
        f"{extra}From: {system}\nTo: oped@harbourpost.example\nSubject: {subject}\n"
        f"Message-ID: <report@mx.author.example>\n\n{text}"
    )


REPORTS = {
    "postfix": _report(
        "MAILER-DAEMON@mx.author.example (Mail Delivery System)",
        "This is the mail system at host mx.author.example.\n\n<{address}>: unknown user",
        "Final-Recipient: rfc822; {address}\nOriginal-Recipient: rfc822;{address}\nAction: failed\nStatus: 5.1.1\n"
        "Remote-MTA: dns; mx.author.example\nDiagnostic-Code: smtp; 550 5.1.1 <{address}>: no such\n    user here",
    ),
    "gmail": _report(
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Address not found\n\nYour message wasn't delivered to {address}.",
        "Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.",
        extra="X-Failed-Recipients: {address}\n",
    ),
    "microsoft": _report(
        "postmaster@author.example",
        "Your message to {address} couldn't be delivered.",
        "Final-Recipient: rfc822;{address}\nAction: failed\nStatus: 5.2.2\n"
        "Diagnostic-Code: smtp;554 5.2.2 mailbox full",
        back="text/rfc822-headers",
    ),
    "no action": _report(
        "MAILER-DAEMON@mx.author.example", "Sorry.", "Final-Recipient: rfc822; {address}\nStatus: 5.4.4"
    ),
    "exim": _free(
        "Mail Delivery System <Mailer-Daemon@mx.author.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\n  {address}\n"
        "    host mx.author.example [192.0.2.7]\n    SMTP error from remote mail server: 550 5.1.1 No such user\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{BROUGHT_BACK}",
        extra="X-Failed-Recipients: {address}\nAuto-Submitted: auto-replied\n",
    ),
    "qmail": _free(
        "MAILER-DAEMON@mx.author.example",
        "failure notice",
        "Hi. This is the qmail-send program at mx.author.example.\nI'm afraid I wasn't able to deliver your message.\n"
        "\n<{address}>:\nSorry, no mailbox here by that name. 550 (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\nReturn-Path: <oped@harbourpost.example>\n{BROUGHT_BACK}",
    ),
    "exchange": _free(
        "System Administrator <postmaster@author.example>",
        "Undeliverable: Received",
        "Your message\n\n  To: {address}\n\ndid not reach the following recipient(s):\n\n"
        "{address} on Tue, 24 Nov 2026 12:00:00 +0200\n    The recipient name is not recognized: 550 5.1.1\n"
        "    MSEXCH:IMS:Author:SITE:MX 0 (000C05A6) Unknown Recipient\n\n" + BROUGHT_BACK,
    ),
    "yahoo": _free(
        "MAILER-DAEMON@yahoo.com",
        "Failure Notice",
        "Sorry, we were unable to deliver your message to the following address.\n\n<{address}>:\n"
        "554: delivery error: This user doesn't have an account here.\n\n"
        "--- Below this line is a copy of the message.\n\n" + BROUGHT_BACK,
    ),
}
"""Reports that a letter is lost. ``{address}`` is its recipient, ``{id}`` its Message-ID in brackets."""

DELAYS = {
    "postfix": _report(
        "MAILER-DAEMON@mx.author.example",
        "####################################################\n# THIS IS A WARNING ONLY.",
        "Final-Recipient: rfc822; {address}\nAction: delayed\nStatus: 4.4.1\n"
        "Diagnostic-Code: X-Postfix; connect to mx.author.example: Connection timed out",
    ),
    "exim": _free(
        "Mail Delivery System <Mailer-Daemon@mx.author.example>",
        "Warning: message 1tF delayed 24 hours",
        "A message that you sent has not yet been delivered to one or more of its recipients.\n\n"
        "The address to which the message has not yet been delivered is:\n\n  {address}\n\n"
        f"No action is required on your part.\n\n{BROUGHT_BACK}",
        extra="Auto-Submitted: auto-replied\n",
    ),
}

DELIVERED = _report(
    "MAILER-DAEMON@mx.author.example",
    "Your message was delivered.",
    "Final-Recipient: rfc822; {address}\nAction: delivered\nStatus: 2.0.0",
)


def report(
    template: str, address: str = "huda@author.example", message_id: str = "<letter@harbourpost.example>"
) -> bytes:
    """Return a report about a letter to an address."""
    return template.replace("{address}", address).replace("{id}", message_id).encode()
