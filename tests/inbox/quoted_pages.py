"""HTML answers as mail programs write them, each round an invented letter."""

SAID, BELOW, BETWEEN = "Yes, I agree.", "One thing more: the title.", "It is mine."
LETTER = "<div>Do you agree to the new headline?</div><div><br></div><div>The desk</div>"
SENTENCE = "Pe 3. 3. 2026 kwa saa 10:00 The Desk &lt;oped@post.example&gt; vanhu vati:"
"""A sentence of no language that is known, so that only the markup tells what it is."""


def _fields(*names: str) -> str:
    values = ("The Desk", "3 March 2026", "Salma", "Yours")
    pairs = zip(names, values, strict=True)
    return "<p class=MsoNormal>" + "<br>".join(f"<b>{name}:</b> {value}" for name, value in pairs) + "</p>"


HEAD = _fields("Kutoka", "Tarehe", "Kwa", "Mada")
_OUTLOOK = f"<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>{HEAD}</div>"

CONTAINERS = {
    "gmail": f'<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{SENTENCE}<br></div>'
    f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{LETTER}</blockquote></div>',
    "gmail, older": f'<div class="gmail_extra"><br><div class="gmail_quote">{SENTENCE}<br>'
    f'<blockquote class="gmail_quote">{LETTER}</blockquote></div><br></div>',
    "gmail, forwarded": f'<div class="gmail_quote"><div class="gmail_attr">{SENTENCE}</div><br>{LETTER}</div>',
    "yahoo": f'<div id="yahoo_quoted_12" class="yahoo_quoted"><div>{SENTENCE}</div><div><br></div>'
    f'<div><div id="yiv1">{LETTER}</div></div></div>',
    "yahoo, plain": f'<div id="ydp1yahoo_quoted_12" class="yahoo_quoted"><div>{SENTENCE}</div>{LETTER}</div>',
    "apple": f'<div><br><blockquote type="cite"><div>{SENTENCE}</div><br class="Apple-interchange-newline">'
    f"<div>{LETTER}</div></blockquote></div>",
    "iphone": f'<div dir="ltr"><br><blockquote type="cite">{SENTENCE}<br><br></blockquote></div>'
    f'<blockquote type="cite"><div dir="ltr">{LETTER}</div></blockquote>',
    "thunderbird": f'<div class="moz-cite-prefix">{SENTENCE}<br></div>'
    f'<blockquote type="cite" cite="mid:a@b">{LETTER}</blockquote>',
    "proton": f'<div class="protonmail_quote">{SENTENCE}<br><blockquote class="protonmail_quote" type="cite">'
    f"{LETTER}</blockquote><br></div>",
    "zoho": f'<div class="zmail_extra"><div id="Zm-_Id_-Sgn1">{SENTENCE}<br></div><br>'
    f'<blockquote id="blockquote_zmail">{LETTER}</blockquote></div>',
    "spark": f'<div name="messageReplySection">{SENTENCE}<br><blockquote type="cite">{LETTER}</blockquote></div>',
    "gmx": f'<div name="quote" style="border-left:2px solid #C3D9E5">{HEAD}'
    f'<div name="quoted-content">{LETTER}</div></div>',
    "zimbra": f'<div data-marker="__HEADERS__">{HEAD}</div><div data-marker="__QUOTED_TEXT__">{LETTER}</div>',
    "outlook, a line at the left": f"<div style='border:none;border-left:solid blue 1.5pt;padding:0cm'>{_OUTLOOK}"
    f"{LETTER}</div>",
    "outlook for phones": '<div id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message'
    f' skipProofing"><div>{_OUTLOOK}</div>{LETTER}</div>',
    "outlook for mac, older": f'<span id="OLK_SRC_BODY_SECTION"><div>{HEAD}</div>{LETTER}</span>',
    "outlook on the web, in its own element": f'<div><div id="divRplyFwdMsg" dir="ltr">{HEAD}</div>{LETTER}</div>',
    "samsung, in its own element": f"<div><!-- originalMessage --><div>{HEAD}</div>{LETTER}</div>",
}
"""Quoted letters whose end is known, too."""

RESTS = {
    "outlook": f"<div><div>{_OUTLOOK}</div></div><p class=MsoNormal>&nbsp;</p>{LETTER}",
    "outlook on the web": f'<div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg">{HEAD}</div>'
    f"{LETTER}",
    "hotmail": f'<hr id="stopSpelling">{HEAD}{LETTER}',
    "samsung": f"<!-- originalMessage --><div>{HEAD}</div>{LETTER}",
}
"""Quoted letters that go on to the end."""

SPLIT = {
    "gmail": f'<div class="gmail_quote"><div class="gmail_attr">{SENTENCE}</div><blockquote class="gmail_quote">'
    f'<div>Is it yours?</div></blockquote><div>{BETWEEN}</div><blockquote class="gmail_quote"><div>And new?</div>'
    f"</blockquote><div>{BELOW}</div></div>",
    "apple": f'<blockquote type="cite"><div>Is it yours?</div></blockquote><div>{BETWEEN}</div>'
    f'<blockquote type="cite"><div>And new?</div></blockquote><div>{BELOW}</div>',
    "thunderbird": f'<div class="moz-cite-prefix">{SENTENCE}</div><blockquote type="cite">Is it yours?</blockquote>'
    f'<p>{BETWEEN}</p><blockquote type="cite">And new?</blockquote><p>{BELOW}</p>',
}
"""Answers between the questions of a letter."""
