import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.inbox.charset import ALLOWED, codec_for, decode
from intake.inbox.legibility import legibility
from intake.inbox.message import read
from tests.inbox.letters import mail

ARABIC = "مقال رأي: من يدفع ثمن أسوار الميناء، ولماذا تأخر الرد؟"
GREETING = "السلام عليكم"
RUSSIAN = "Кто платит за гавань и почему молчит город, когда стены падают в море?"
CHINESE = "港口的城墙应由谁来支付，城市为什么保持沉默，我们应当如何回答这个问题？"
JAPANESE = "港の城壁は誰が払うべきか。市はなぜ黙っているのか、私たちは答えなければならない。"
SENT = [
    (ARABIC, "cp1256"),
    (ARABIC, "iso8859-6"),
    (ARABIC, "utf-8"),
    (GREETING, "cp1256"),
    (GREETING, "iso8859-6"),
    (RUSSIAN, "koi8-r"),
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "iso8859-5"),
    (RUSSIAN, "utf-8"),
    (CHINESE, "gb18030"),
    (CHINESE, "utf-8"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc_jp"),
    (JAPANESE, "iso2022_jp"),
    (JAPANESE, "utf-8"),
]
DECLARED = (None, "us-ascii", "utf-8", "iso-8859-1", "windows-1252", "windows-1256", "windows-1251", "x-unknown")


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize(("text", "sent"), SENT)
def test_text_is_read_however_it_was_mislabelled(text: str, sent: str, declared: str | None) -> None:
    found = decode(text.encode(sent), declared)
    assert found.text == text
    if codec_for(declared) == codec_for(sent):
        assert found.defect is None


RIGHTLY = (
    "Élève à l'école été, où ça coûte cher",
    "çà et là",
    "Dvořák žije v Praze, příští týden",
    "Zażółć gęślą jaźń",
    "ÅÄÖ åäö",
    "ÄÄÄÄÄÄ",
    "½ ¼ ¾ ÷ × ±",
    "Türkiye'de işçi ÇOK GÜÇLÜ",
    "Þórður Ægisson",
    "Ελληνικά γράμματα εδώ",
    "שלום לכולם",
    "МОСКВА ГОВОРИТ ПРАВДУ",
    "Київ і Львів",
    "خبرگزاری پارسی",
    "اردو میں لکھا ہے",
    "فَتَحَ البابَ الكبيرَ",
    "한국어 문장은 이렇게",
    "繁體中文標題是這樣",
    "山田太郎",
    "ไทยแลนด์",
    "“quotes” — dash… € 100",
)


@pytest.mark.parametrize("text", RIGHTLY)
def test_a_right_declaration_is_never_overruled(text: str) -> None:
    asked = 0
    for codec in sorted(set(ALLOWED.values())):
        try:
            content = text.encode(codec)
        except UnicodeError:
            continue
        if codec != "utf-7" and not content.isascii() and content.decode(codec) == text:
            assert (codec, decode(content, codec).text) == (codec, text)
            asked += 1
    assert asked > 0


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_what_was_sent_as_utf_8_comes_back(text: str) -> None:
    assert decode(text.encode(), "utf-8").text == text.removeprefix("\ufeff")


@given(st.binary(max_size=200), st.sampled_from([None, "", "utf-8", "iso-8859-1", "gb2312", "utf-16", "x", "koi8-r"]))
def test_any_bytes_give_some_text(content: bytes, declared: str | None) -> None:
    found = decode(content, declared)
    assert found.codec in ALLOWED.values()


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "utf-32"])
def test_wide_text_is_read_with_and_without_its_mark(codec: str) -> None:
    declared = codec.removesuffix("-le").removesuffix("-be").removesuffix("-sig")
    assert decode(f"Op-Ed, {ARABIC}".encode(codec), declared).text == f"Op-Ed, {ARABIC}"


def test_plain_text_declared_as_wide_is_plain() -> None:
    assert decode(b"Grain must pay.", "utf-16").text == "Grain must pay."


def test_a_supersets_letters_are_read() -> None:
    assert decode("“镕” — 港口".encode("gb18030"), "gb2312").text == "“镕” — 港口"
    assert decode("①㈱髙".encode("cp932"), "shift_jis").text == "①㈱髙"
    assert decode("“a” – €".encode("cp1252"), "iso-8859-1").text == "“a” – €"
    assert decode("ı ş “ğ”".encode("cp1254"), "iso-8859-9").text == "ı ş “ğ”"


def test_a_few_damaged_letters_leave_the_rest() -> None:
    content = ARABIC.encode()[:-1]
    assert decode(content, "utf-8").text == ARABIC[:-1] + "\ufffd"
    assert decode(content, "iso-8859-1").text == ARABIC[:-1] + "\ufffd"


def test_a_page_that_names_its_own_charset_is_believed_where_the_header_names_none() -> None:
    named = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">'
    page = f"<html><head>{named}</head><p>{GREETING}</p>"
    assert read(mail(page.encode("cp1256"), content_type="text/html")).text.strip() == GREETING
    czech = '<meta charset="iso-8859-2"><p>Dvořák žije</p>'
    assert read(mail(czech.encode("iso8859-2"), content_type="text/html")).text.strip() == "Dvořák žije"


@pytest.mark.parametrize("text", [ARABIC, RUSSIAN, CHINESE, JAPANESE, *RIGHTLY[:3], *RIGHTLY[9:19]])
def test_text_is_like_text(text: str) -> None:
    assert legibility(text) >= 0.5


def test_a_wrong_charset_is_not_like_text() -> None:
    assert legibility(ARABIC.encode("cp1256").decode("cp1252")) < 0
    assert legibility(RUSSIAN.encode("koi8-r").decode("cp1251")) < legibility(RUSSIAN) - 1
    assert legibility(GREETING.encode("iso8859-6").decode("cp1256")) < legibility(GREETING) - 0.7
    assert legibility("plain") == 0
