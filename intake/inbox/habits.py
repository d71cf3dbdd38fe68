"""What mail programs write round an answer, in one row for each language: quote lines, header blocks, footers, notices.

Words only; ``replies`` and ``surroundings`` decide where they count. They are compared folded (see ``folded``), so each
stands here once, however a program writes its letters. A row is a pattern of ``re`` in small letters.
"""

import re
import unicodedata
from dataclasses import dataclass

_SILENT = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff\u064b-\u0652\u0640]")
_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه"}
    | {"’": "'", "‘": "'", "`": "'", "´": "'", "ı": "i", "ς": "σ", "ß": "ss"}
)


def folded(line: str) -> str:
    """Return a line for comparing: no marks of direction, vowels or tatweel; one alef; small letters; single spaces."""
    plain = unicodedata.normalize("NFKC", _SILENT.sub("", line)).replace("İ", "i")
    return " ".join(plain.casefold().translate(_LETTERS).split())


def spelt(row: str) -> str:
    """Return a row's pattern with its letters folded as ``folded`` does; what ``re`` reads stays."""
    return unicodedata.normalize("NFKC", row).translate(_LETTERS)


@dataclass(frozen=True, slots=True)
class Habits:
    """One language. ``opens``: first words of a quote line; ``wrote``: its verbs; ``sender``, ``sent``, ``fields``:
    names in a header block; ``rules``: words between dashes; ``forwards``: lines above a forwarded message;
    ``phones``: footers of phones and programs; ``notices``: how legal and list notices begin; ``titles``: what
    stands over a legal notice, which alone says little.
    """

    language: str
    opens: str = ""
    wrote: str = ""
    sender: str = ""
    sent: str = ""
    fields: str = ""
    rules: str = ""
    forwards: str = ""
    phones: str = ""
    notices: str = ""
    titles: str = ""


HABITS = (
    Habits(
        "en",
        opens="on|at",
        wrote="wrote|writes|has written",
        sender="from",
        sent="sent|date|sent at|date sent",
        fields="to|cc|bcc|subject|reply-to|reply to|importance|attachments|organization|resent-from",
        rules="original message|original e-?mail|forwarded message|forwarded by .*|forwarded letter|reply"
        " message|begin forwarded message|start of forwarded message|original appointment|message history",
        forwards="begin forwarded message|start forwarded message",
        phones=r"sent (?:from|via|with|by|using) (?:my|an?|the all.new|mobile|phone) .*|sent (?:via|from|with|by)"
        r" (?:mobile|galaxy|outlook|gmail|mail|yahoo|proton|airmail|spark|blackberry|samsung|windows"
        r"|mailbox|iphone|ipad|ipod|android|huawei|xiaomi|superhuman|front|thunderbird|fairmail|k-9|hey"
        r"|edison|my)\b.*|sent (?:from|with) \[.*|(?:get|download) \[?outlook for .*|get \[?bluemail for"
        r" .*|from my (?:iphone|ipad|android|phone|mobile|galaxy)\b.*|\w+ from (?:mobile|phone|iphone)"
        r"|(?:please )?(?:excuse|forgive|pardon) (?:\w+ ){0,3}(?:brevity|typos?)\b.*|yahoo mail: .*"
        r"|virus-free\..*|.{0,3}this e-?mail has been (?:checked|scanned) (?:for|by) .*|no virus found in"
        r" this .*|please consider the environment before printing.*|typed (?:on|with) (?:my )?.{2,40}",
        notices=r"(?:this|the information in this|the contents of this) (?:e-?mail|message|communication"
        r"|transmission)\b.{0,300}(?:confidential|intended|addressee|privileged)|if you are not the"
        r" intended recipient|if you (?:have )?received this (?:e-?mail|message|communication) in error"
        r"|you (?:received|are receiving|have received|got) this (?:message|e-?mail) because|you're"
        r" receiving this|to unsubscribe|to view this discussion|for more options, visit|unsubscribe[: ]"
        r"|to stop receiving|reply to this e-?mail directly|view it on git",
        titles="confidentiality|disclaimer|legal notice|important notice|notice|privileged|warning|caution|nb",
    ),
    Habits(
        "ar",
        opens="في|بتاريخ|يوم|علي|عند",
        wrote="كتب|كتبت|يكتب|تكتب|كتب ما يلي|تمت كتابه ما يلي بواسطه|جاء من|ارسل|ارسلت",
        sender="من|المرسل|الراسل",
        sent="تم الارسال|تاريخ الارسال|ارسلت|ارسل|التاريخ|تاريخ|وقت الارسال|ارسلت في",
        fields="الي|المستقبل|المستلم|المرسل اليه|نسخه|نسخه الي|نسخه مخفيه|الموضوع|موضوع|العنوان|الرد علي"
        "|المرفقات|الاهميه",
        rules="الرساله الاصليه|الرساله الاساسيه|رساله اصليه|رساله معاد توجيهها|الرساله المعاد توجيهها|رساله"
        " محوله|الرساله المحوله|رساله تمت اعاده توجيهها|الرساله السابقه|بدايه الرساله المعاد توجيهها",
        forwards="بدايه الرساله المعاد توجيهها|بدء الرساله المعاد توجيهها|بدايه الرساله المحوله|بدايه رساله معاد"
        " توجيهها|بدء رساله معاد توجيهها|بدايه الرساله التي (?:تمت اعاده|اعيد) توجيهها|بدء الرساله التي"
        " (?:تمت اعاده|اعيد) توجيهها",
        phones=r"(?:تم الارسال|ارسلت|ارسل|مرسله?|رسالتي مرسله|تم ارسالها?|ارسلت هذه الرساله) (?:من|عبر|بواسطه"
        r"|باستخدام|مع) (?:هاتف|جهاز|ال\S* ?(?:iphone|ipad|android)|تطبيق|بريد|الجوال|موبايل|هاتفي|جهازي"
        r"|جوالي|ياهو|جالاكسي|سامسونج|الايفون|ايفون|ايباد|اندرويد|[a-z]).*|(?:الحصول علي|احصل علي|تنزيل|قم"
        r" بتنزيل) \[?(?:outlook|بريد|تطبيق|ياهو|yahoo).*|(?:خالي|خاليه) من الفيروسات.*|بحث وتنظيم .*"
        r" ياهو.*",
        notices=r"(?:(?:تنبيه|تنويه|ملاحظه|هام) ?: ?(?:هذه|ان هذه|هذا) (?:الرساله|البريد))|(?:ان )?(?:هذه الرساله"
        r"|هذا البريد|محتويات هذه الرساله|المعلومات الوارده في هذه الرساله)\b.{0,300}(?:سري|موجه|خاص"
        r" بالمرسل)|اذا (?:وصلتك|وصلك|تلقيت|استلمت) هذ[اه] (?:الرساله|البريد).{0,40}خطا|(?:لقد )?(?:تلقيت"
        r"|استلمت|وصلتك) هذه الرساله (?:لانك|بسبب)|ل?الغاء (?:ال)?اشتراك",
        titles="اخلاء (?:مسؤوليه|المسؤوليه|طرف)|تنويه|تنبيه|اشعار (?:سريه|قانوني)|سريه المعلومات|تحذير",
    ),
    Habits(
        "fr",
        opens="le|en date du",
        wrote="écrit|a ecrit|écrivait|a répondu",
        sender="de|expéditeur",
        sent="envoyé|envoyé le|date|envoyée|date d'envoi",
        fields="à|a|pour|cc|cci|objet|sujet|destinataire|répondre à|copie à|importance|pièces jointes",
        rules="message d'origine|message original|message transféré|message initial|mail original|courriel"
        " original|e-?mail d'origine|message réexpédié|début du message transféré",
        forwards="début du message (?:réexpédié|transféré)|message transféré",
        phones=r"(?:envoyé|envoyée|expédié|écrit) (?:depuis|de|à partir de|par|avec|via|à l'aide de) (?:mon|ma|l'"
        r"|un|une|le|outlook|yahoo|gmail|proton|l’|mail|blackberry|orange|courrier|samsung|\[).*"
        r"|(?:télécharger|obtenez|obtenir) \[?outlook pour .*|provenance : courrier.*|garanti sans"
        r" virus\..*|sans virus\..*|l'absence de virus dans ce courrier.*|pensez à l'environnement avant"
        r" d'imprimer.*",
        notices=r"(?:ce|le présent) (?:message|courriel|e-?mail|courrier)\b.{0,300}(?:confidentiel|destinataire"
        r"|destiné)|si vous (?:avez reçu|recevez|n'êtes pas le).{0,60}(?:erreur|destinataire)|vous"
        r" (?:recevez|avez reçu) (?:ce|cet) (?:message|e-?mail|courriel) (?:car|parce|pour)|pour (?:vous"
        r" désabonner|vous désinscrire|se désabonner)|cette discussion peut être lue",
        titles="avis de confidentialité|clause de confidentialité|avertissement|mention légale|confidentialité",
    ),
    Habits(
        "de",
        opens="am|vom",
        wrote="schrieb|schrieben|hat geschrieben|schreibt|geschrieben",
        sender="von|absender",
        sent="gesendet|datum|gesendet am|verschickt",
        fields="an|cc|bcc|kopie|betreff|antwort an|wichtigkeit|priorität|anlagen|empfänger",
        rules="ursprüngliche (?:nachricht|e-?mail|mail)|originalnachricht|original-?nachricht|weitergeleitete"
        " (?:nachricht|mail)|original-?(?:e-?)?mail|anfang der weitergeleiteten nachricht|ende der"
        " weitergeleiteten nachricht",
        forwards="anfang der weitergeleiteten (?:nachricht|e-?mail)|weitergeleitete nachricht",
        phones=r"(?:von|mit|über) (?:meinem?r?|der|dem|outlook|gmx|web\.de|yahoo|mail|proton|samsung|iphone"
        r"|ipad)\b.{0,60}(?:gesendet|geschickt|verschickt|versendet)\.?|(?:gesendet|verschickt|versendet)"
        r" (?:von|mit|über|aus|via) (?:meinem?r?|der|dem|outlook|mail|gmx|web|yahoo|proton|iphone|ipad|\["
        r"|samsung|blackberry|einem).*|diese nachricht wurde (?:von|mit) (?:meinem|mein) .*|(?:holen sie"
        r" sich|hol dir|beziehen sie|laden sie) \[?outlook für .*|outlook für (?:ios|android).*"
        r"|virenfrei\..*|diese e-?mail wurde (?:von|auf) .{0,60}(?:viren|geprüft).*|bitte denken sie an"
        r" die umwelt.*",
        notices=r"(?:diese|der inhalt dieser) (?:e-?mail|nachricht|mail)\b.{0,300}(?:vertraulich|bestimmt"
        r"|adressat)|wenn sie nicht der (?:richtige|beabsichtigte)|falls sie nicht der|sollten sie"
        r" (?:nicht der|diese).{0,60}(?:irrtümlich|adressat|empfänger)|sie (?:erhalten|haben) diese"
        r" (?:nachricht|e-?mail|mail)\b.{0,20}weil|um sich (?:von|aus) dieser .{2,40}abzumelden|wenn sie"
        r" sich (?:von|aus) dieser gruppe abmelden|um keine (?:weiteren )?e-?mails",
        titles="vertraulichkeitshinweis|haftungsausschluss|rechtlicher hinweis|hinweis|wichtiger hinweis|vertraulich",
    ),
    Habits(
        "es",
        opens="el|en|con fecha",
        wrote="escribió|ha escrito|escribio|escribía|escribe",
        sender="de|remitente",
        sent="enviado|enviado el|fecha|fecha de envío|enviada el",
        fields="para|a|cc|cco|asunto|con copia a|responder a|importancia|datos adjuntos|destinatario",
        rules="mensaje original|mensaje reenviado|mensaje enviado|correo original|inicio del mensaje reenviado"
        "|reenviado por .*|mensaje inicial",
        forwards="inicio del mensaje reenviado|comienzo del mensaje reenviado|mensaje reenviado",
        phones=r"enviad[oa] (?:desde|con|por|a través de|mediante) (?:mi|el|un|outlook|yahoo|gmail|mail|proton"
        r"|samsung|iphone|ipad|blackberry|correo|la|\[|android|tuta).*|(?:obtener|obtén|descargar|obtenga)"
        r" \[?outlook para .*|libre de virus\..*|este (?:correo|mensaje) .{0,40}(?:ha sido comprobado|no"
        r" contiene virus|está libre de virus).*|antes de imprimir .{0,60}medio ?ambiente.*",
        notices=r"(?:este|el presente) (?:mensaje|correo|e-?mail)\b.{0,300}(?:confidencial|destinatario|dirigid"
        r"|privilegiad)|si (?:usted )?no es el destinatario|si (?:usted )?(?:ha recibido|recibe) (?:este"
        r"|el) (?:mensaje|correo).{0,20}error|(?:has|ha) recibido este (?:mensaje|correo) porque|recibes"
        r" este (?:mensaje|correo) porque|para (?:cancelar|anular) (?:la|tu|su) suscripción|para darte de"
        r" baja",
        titles="aviso (?:legal|de confidencialidad)|advertencia(?: legal)?|cláusula de confidencialidad"
        "|confidencialidad",
    ),
    Habits(
        "it",
        opens="il giorno|il|in data|in date|nel giorno|lo",
        wrote="ha scritto|scrisse|scrive|hanno scritto",
        sender="da|mittente|risposta",
        sent="inviato|data|inviata|data invio|inviato il",
        fields="a|per|cc|ccn|oggetto|rispondi a|priorità|importanza|allegati|destinatario|risposta",
        rules="messaggio originale|messaggio inoltrato|messaggio inoltrato da .*|inizio messaggio inoltrato"
        "|e-?mail originale",
        forwards="inizio (?:del )?messaggio inoltrato|messaggio inoltrato",
        phones=r"(?:inviato|inviata|spedito|scritto) (?:da|dal|con|tramite|dallo|dalla|via|da un) ?(?:mio|mia|il"
        r"|l'|un|outlook|yahoo|gmail|mail|libero|proton|samsung|iphone|ipad|smartphone|posta|cellulare|\["
        r"|android|telefono)\b.*|(?:scarica|ottieni) \[?outlook per .*|privo di virus\..*|.{0,3}questa"
        r" e-?mail è stata (?:controllata|esaminata).*|questo messaggio .{0,6} ?stato analizzato .*|prima"
        r" di stampare.{0,40}ambiente.*",
        notices=r"(?:questa|questo|la presente|il presente) (?:e-?mail|messaggio"
        r"|comunicazione)\b.{0,300}(?:riservat|confidenzial|destinatari|destinat)|le informazioni"
        r" contenute in quest|qualora (?:non foste|non sia|abbiate ricevuto|riceveste)|(?:hai|avete)"
        r" ricevuto questo (?:messaggio|e-?mail) perché|ricevi questo messaggio perché|per annullare"
        r" l'iscrizione",
        titles="avviso di (?:riservatezza|confidenzialità)|avvertenza|nota di riservatezza|riservatezza|ai sensi",
    ),
    Habits(
        "tr",
        opens="tarihinde",
        wrote="yazdı|yazmış",
        sender="kimden|gönderen|gönderici",
        sent="gönderilme tarihi|gönderildi|gönderme tarihi|tarih|gönderim tarihi|gönderim|gönderilme",
        fields="kime|alıcı|konu|bilgi|cc|gizli|yanıt adresi|önem|ekler|bcc",
        rules="özgün ileti|orijinal mesaj|orijinal ileti|özgün mesaj|iletilmiş mesaj|iletilen mesaj|iletilen"
        " ileti|yönlendirilen ileti|yönlendirilmiş mesaj|iletilmiş ileti|orijinal e-posta",
        forwards="iletilen ileti(?:nin)? başlangıcı|iletilmiş ileti|yönlendirilmiş ileti başlangıcı|iletilen"
        " mesajın başlangıcı",
        phones=r".{0,60}\b(?:iphone|ipad|android|outlook|yahoo|gmail|mail|samsung|cihaz|telefon|mobil|proton"
        r"|blackberry|windows)\S{0,12}(?: \S{1,20}){0,3} (?:gönderildi|gönderilmiştir)\.?|(?:android|ios)"
        r" için (?:outlook|yahoo)\S*(?: \S+){0,2}|.{0,3}virüs (?:içermiyor|bulunmuyor)\..*|bu e-posta"
        r" .{0,60}virüs.*",
        notices=r"(?:bu|işbu) (?:e-?posta|mesaj|ileti|elektronik posta)\b.{0,300}(?:gizli|alıcı|gönderil|kişiye)"
        r"|bu (?:mesajı|iletiyi|e-postayı) .{2,80}(?:için|nedeniyle) aldınız|bu gruba .{0,60}abone"
        r"|abonelikten çıkmak|bu grubun aboneliğinden",
        titles="yasal (?:uyarı|not)|gizlilik (?:notu|bildirimi|uyarısı)|uyarı",
    ),
)
"""The languages whose programs are known best."""
