"""Send three op-eds over LMTP: English text, Arabic text, and an English .docx. Standard library only.

Usage: send_mails.py PORT
"""

import smtplib
import sys
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.factories_docx import docx, paragraph

ENGLISH = (
    "The harbour wall was built for ships that no longer come, and the city still pays for it every year.",
    "I have walked along it since I was six. Each winter the sea takes a little more of the road behind it.",
    "The council could move the road, as two neighbouring towns did, for a third of what the next repair will cost.",
)
ARABIC = (
    "بُني جدار الميناء لسفن لم تعد تأتي، وما زالت المدينة تدفع ثمنه كل عام.",
    "أسير بمحاذاته منذ كنت في السادسة، وفي كل شتاء يأخذ البحر قليلًا من الطريق خلفه.",
    "يستطيع المجلس أن ينقل الطريق كما فعلت بلدتان مجاورتان بثلث كلفة الترميم القادم.",
)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def mail(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """Return a mail as a person's program would write it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{abs(hash(subject))}@author.example>"
    message.set_content(text)
    return message


def main(port: int) -> None:
    """Deliver the three mails; a refusal raises."""
    with_document = mail("Nadia <nadia@author.example>", "oped@harbourpost.example", "Op-Ed: see attached", "Attached.")
    body = docx("".join([paragraph("Who pays for the wall", style="Title"), *map(paragraph, ENGLISH * 8)]))
    with_document.add_attachment(body, maintype=DOCX.split("/")[0], subtype=DOCX.split("/")[1], filename="wall.docx")
    mails = [
        mail(
            "Huda Mansouri <huda@author.example>",
            "oped@harbourpost.example",
            "Op-Ed: Move the road and let the wall go",
            "\n\n".join(ENGLISH * 8),
        ),
        mail(
            "سالم الورفلي <salim@author.example>",
            "rai@harbourpost.example",
            "مقال رأي: انقلوا الطريق ودعوا الجدار",
            "\n\n".join(ARABIC * 10),
        ),
        with_document,
    ]
    with smtplib.LMTP("127.0.0.1", port) as client:
        for message in mails:
            client.send_message(message)


if __name__ == "__main__":
    main(int(sys.argv[1]))
