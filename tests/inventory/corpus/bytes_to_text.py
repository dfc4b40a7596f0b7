"""Byte order marks, encodings, and bytes that are no text."""

import codecs

from risk.inventory.intake_results import Outcome
from tests.inventory.corpus.case import GOOD, HEAD, accepted, asked, case, partial, refused

PLAIN = HEAD + GOOD
ACCENTS = HEAD + "Café,OpenAI\nZürich Labs,Anthropic\n"
TEN = HEAD + "".join(f"Company {number},OpenAI\n" for number in range(10))

CASES = (
    accepted("plain ASCII", PLAIN, startup="Acme", provider="OpenAI"),
    accepted("no line end at the end", PLAIN.rstrip("\n")),
    accepted("UTF-8 without a mark", ACCENTS, records=2, startup="Café"),
    accepted("a UTF-8 mark", codecs.BOM_UTF8 + ACCENTS.encode(), records=2, startup="Café"),
    accepted("two UTF-8 marks", codecs.BOM_UTF8 * 2 + PLAIN.encode(), "double_bom"),
    accepted("three UTF-8 marks", codecs.BOM_UTF8 * 3 + PLAIN.encode(), "double_bom"),
    accepted(
        "UTF-16 little-endian",
        codecs.BOM_UTF16_LE + ACCENTS.encode("utf-16-le"),
        records=2,
        startup="Café",
    ),
    accepted(
        "UTF-16 big-endian",
        codecs.BOM_UTF16_BE + ACCENTS.encode("utf-16-be"),
        records=2,
        startup="Café",
    ),
    accepted("two UTF-16 marks", codecs.BOM_UTF16_LE * 2 + PLAIN.encode("utf-16-le"), "double_bom"),
    accepted("UTF-32 little-endian", codecs.BOM_UTF32_LE + ACCENTS.encode("utf-32-le"), records=2),
    accepted("UTF-32 big-endian", codecs.BOM_UTF32_BE + ACCENTS.encode("utf-32-be"), records=2),
    accepted(
        "a mark before Excel's sep line",
        codecs.BOM_UTF8 + b"sep=;\nstartup;provider\nA;B2\n",
        "unknown_provider",
    ),
    accepted("letters beyond the basic plane", HEAD + "𝔄cme 🚀,OpenAI\n", startup="𝔄cme 🚀"),
    accepted("Hebrew and Arabic", HEAD + "חברה,OpenAI\nشركة,Anthropic\n", records=2),
    accepted("Chinese and Thai", HEAD + "北京科技,OpenAI\nบริษัท,Anthropic\n", records=2),
    partial(
        "one record with bytes that are no UTF-8",
        ACCENTS.encode() + b"\xff\xfe,OpenAI\n",
        (3, 2, 1, 0),
        "bad_encoding",
        startup="Café",
    ),
    partial(
        "a record in another encoding among many in UTF-8",
        (HEAD + "Café,OpenAI\nKöln KI,OpenAI\n").encode() + b"Gen\xe8ve,OpenAI\n",
        (3, 2, 1, 0),
        "bad_encoding",
    ),
    asked(
        "one accented name far down in ASCII",
        (HEAD + "".join(f"C{n},OpenAI\n" for n in range(20_000))).encode() + b"Caf\xe9,OpenAI\n",
        "encoding_guessed",
        records=20_001,
    ),
    asked(
        "one accented name among plain ones",
        HEAD.encode() + b"Caf\xe9 Nord,OpenAI\n" + TEN.encode().partition(b"\n")[2],
        "encoding_guessed",
        records=11,
        startup="Café Nord",
    ),
    asked(
        "three accented names among plain ones",
        HEAD.encode()
        + b"M\xfcller,OpenAI\nZ\xfcrich,OpenAI\nCaf\xe9,OpenAI\n"
        + TEN.encode().partition(b"\n")[2],
        "encoding_guessed",
        records=13,
        startup="Müller",
    ),
    accepted(
        "characters in two halves (CESU-8)",
        HEAD.encode() + b"Rocket \xed\xa0\xbd\xed\xba\x80,OpenAI\n",
        "halves_joined",
        startup="Rocket \U0001f680",
    ),
    partial(
        "half a character alone",
        HEAD.encode() + b"A\xed\xa0\xbd,OpenAI\nB,OpenAI\n",
        (2, 1, 1, 0),
        "bad_encoding",
    ),
    partial(
        "a letter cut in half",
        TEN.encode() + b"Caf\xc3,OpenAI\n",
        (11, 10, 1, 0),
        "bad_encoding",
    ),
    partial(
        "an invalid byte after a UTF-8 mark",
        codecs.BOM_UTF8 + TEN.encode() + b"Caf\xe9,OpenAI\n",
        (11, 10, 1, 0),
        "bad_encoding",
    ),
    partial(
        "half a surrogate pair in UTF-16",
        codecs.BOM_UTF16_LE
        + (HEAD + GOOD).encode("utf-16-le")
        + b"\x00\xd8"
        + ",OpenAI\n".encode("utf-16-le"),
        (2, 1, 1, 0),
        "bad_encoding",
    ),
    partial(
        "UTF-16 that ends in the middle of a character",
        codecs.BOM_UTF16_LE + (HEAD + GOOD + "Bcme,OpenA").encode("utf-16-le") + b"i",
        (2, 1, 1, 0),
        "bad_encoding",
    ),
    asked(
        "Western European letters",
        ACCENTS.encode("cp1252"),
        "encoding_guessed",
        records=2,
        startup="Café",
    ),
    asked(
        "Windows punctuation",
        (HEAD + "Acme – Labs,OpenAI\nO’Neil,Anthropic\n").encode("cp1252"),
        "encoding_guessed",
        records=2,
        startup="Acme – Labs",
    ),
    asked(
        "Polish letters",
        (HEAD + "Łódź Świat,OpenAI\nŻabka,Anthropic\n").encode("cp1250"),
        "encoding_guessed",
        records=2,
        startup="Łódź Świat",
    ),
    asked(
        "Russian letters",
        (HEAD + "Москва Дата,OpenAI\nПривет,Anthropic\n").encode("cp1251"),
        "encoding_guessed",
        records=2,
        startup="Москва Дата",
    ),
    asked(
        "Russian letters in KOI8-R",
        (HEAD + "Москва Дата,OpenAI\nПривет,Anthropic\n").encode("koi8_r"),
        "encoding_guessed",
        records=2,
        startup="Москва Дата",
    ),
    asked(
        "Russian letters of old DOS",
        (HEAD + "Москва Дата,OpenAI\nПривет,Anthropic\n").encode("cp866"),
        "encoding_guessed",
        records=2,
        startup="Москва Дата",
    ),
    asked(
        "Greek letters",
        (HEAD + "Ελληνική Εταιρεία,OpenAI\nΑθήνα,Anthropic\n").encode("cp1253"),
        "encoding_guessed",
        records=2,
        startup="Ελληνική Εταιρεία",
    ),
    asked(
        "Turkish letters",
        (HEAD + "İstanbul Yazılım,OpenAI\nŞişli Ağ,Anthropic\n").encode("cp1254"),
        "encoding_guessed",
        records=2,
        startup="İstanbul Yazılım",
    ),
    asked(
        "Arabic letters",
        (HEAD + "شركة البيانات,OpenAI\nالذكاء,Anthropic\n").encode("cp1256"),
        "encoding_guessed",
        records=2,
        startup="شركة البيانات",
    ),
    asked(
        "Korean letters",
        (HEAD + "서울데이터 주식회사,OpenAI\n부산 연구소,Anthropic\n").encode("euc_kr"),
        "encoding_guessed",
        records=2,
        startup="서울데이터 주식회사",
    ),
    asked(
        "Polish letters in Latin-2",
        (HEAD + "Łódź Świat,OpenAI\nŻabka,Anthropic\n").encode("iso8859_2"),
        "encoding_guessed",
        records=2,
        startup="Łódź Świat",
    ),
    asked(
        "Chinese in GB 18030",
        (HEAD + "北京科技,OpenAI\n上海智能,Anthropic\n").encode("gb18030"),
        "encoding_guessed",
        records=2,
        startup="北京科技",
    ),
    asked(
        "Japanese in Shift JIS",
        (HEAD + "株式会社サクラ,OpenAI\n東京データ,Anthropic\n").encode("shift_jis"),
        "encoding_guessed",
        records=2,
        startup="株式会社サクラ",
    ),
    asked(
        "Chinese in Big5",
        (HEAD + "台北科技公司,OpenAI\n臺灣智慧,Anthropic\n").encode("big5"),
        "encoding_guessed",
        records=2,
        startup="台北科技公司",
    ),
    asked(
        "letters of an old Macintosh",
        (HEAD + "Café Zürich,OpenAI\nMüller,Anthropic\n").encode("mac_roman"),
        "encoding_guessed",
        records=2,
        startup="Café Zürich",
    ),
    case(
        "another encoding and a bad record",
        (HEAD + "Café,OpenAI\nMüller,\n").encode("cp1252"),
        Outcome.CONFIRM,
        (2, 1, 1, 0),
        "encoding_guessed",
        "missing_provider",
        error="missing_provider",
    ),
    refused("nothing", b"", "empty_file"),
    refused("a UTF-8 mark and nothing", codecs.BOM_UTF8, "empty_file"),
    refused("a UTF-16 mark and nothing", codecs.BOM_UTF16_LE, "empty_file"),
    refused(
        "a UTF-16 mark and spaces", codecs.BOM_UTF16_LE + "  \n".encode("utf-16-le"), "empty_file"
    ),
    refused("blank lines", "\n\n  \n\t\n", "empty_file"),
    refused("a zero byte in a cell", b"startup,provider\nAc\x00me,OpenAI\n", "nul_bytes"),
    refused("zero bytes at the end", PLAIN.encode() + b"\x00" * 512, "nul_bytes"),
    *(
        asked(
            f"{encoding} without its mark",
            ACCENTS.encode(encoding),
            "encoding_guessed",
            records=2,
            startup="Café",
        )
        for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    ),
    asked(
        "Chinese names in UTF-16 without its mark",
        (HEAD + "北京智谱华章科技,OpenAI\n").encode("utf-16-le"),
        "encoding_guessed",
        startup="北京智谱华章科技",
    ),
    refused(
        "a zero after a UTF-8 mark", codecs.BOM_UTF8 + b"startup,provider\nA\x00,B\n", "nul_bytes"
    ),
    refused("UTF-32 that is none", codecs.BOM_UTF32_LE + b"\xff\xff\xff\xff" * 9, "not_text"),
    refused("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_text"),
    refused("a photograph", b"\xff\xd8\xff\xe0\x00\x10JFIF", "not_text"),
    refused("a PDF document", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_text"),
    refused("a compressed file", b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "not_text"),
    refused("every byte", bytes(range(256)) * 4, "not_text"),
    refused("every byte but zero", bytes(range(1, 256)) * 4, "not_text"),
    refused(
        "an old workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "encrypted_or_legacy_excel",
    ),
    refused("a sign-in page", "<!DOCTYPE html><html><title>Sign in</title></html>", "not_csv"),
    refused(
        "a sign-in page after blank lines", "\n\n  <html><body>Log in</body></html>\n", "not_csv"
    ),
    refused("XML", '<?xml version="1.0"?><vendors/>', "not_csv"),
    refused("JSON", '{"vendors": [1]}', "not_csv"),
    refused("an Atom feed", '<?xml version="1.0"?><feed><title>Status</title></feed>', "not_csv"),
    refused("a status page's JSON", '{"incidents": [{"id": "a1", "impact": "minor"}]}', "not_csv"),
    refused("prose", "Dear all\nplease find the list attached\n", "not_csv"),
)
