"""The sheets of our Excel files: what each column is called, means and may hold, in Russian and English."""

from lokal.intake.grid import REFERENCE_SHEET, Column, TableForm

KINDS = {
    "own": ("документ изготовителя", "maker's document"),
    "component_act": ("акт на компоненты", "component act"),
    "register_record": ("реестровая запись", "register record"),
    "supplier": ("заявление поставщика", "supplier's statement"),
    "spic": ("СПИК", "SPIC"),
    "official": ("официальное сообщение", "official statement"),
    "press": ("пресса", "press"),
}
CATEGORIES = {name: (name, name) for name in ("M1", "N1", "N2", "N3", "M2", "M3")}
POWERTRAINS = {"ice": ("ДВС", "ice"), "hybrid": ("гибрид", "hybrid"), "ev": ("электро", "ev")}
YES_NO = {"yes": ("да", "yes"), "no": ("нет", "no")}
FLAG_WORDS = {"yes": "да", "no": "нет", "unknown": "неизвестно"}

VEHICLE_FIELDS = {
    "id": ("имя латиницей", "identifier"),
    "ru": ("название по-русски", "name in Russian"),
    "en": ("название по-английски", "name in English"),
    "category": ("категория", "category"),
    "powertrain": ("силовая установка", "powertrain"),
    "maker": ("изготовитель", "maker"),
    "type_approval": ("номер ОТТС", "type approval number"),
    "note.ru": ("примечание по-русски", "note in Russian"),
    "note.en": ("примечание по-английски", "note in English"),
}
VEHICLE = TableForm(
    "Досье",
    "Dossier",
    (Column("field", "поле", "field", "word", 26, words=VEHICLE_FIELDS), Column("value", "значение", "value", "text", 60)),
)
FACTS = TableForm(
    "Факты",
    "Facts",
    (
        Column(
            "fact",
            "факт",
            "fact",
            "text",
            38,
            "Имя факта или операции из листа «Справочник».",
            "Name of the fact or operation, see sheet 'Reference'.",
            check="fact",
        ),
        Column(
            "title",
            "что это",
            "title",
            "text",
            46,
            "Для чтения, при загрузке не учитывается.",
            "To be read by people; ignored when loaded.",
            read=False,
        ),
        Column(
            "value",
            "значение факта",
            "fact value",
            "value",
            16,
            "да, нет, неизвестно; число; доля от 0 до 1; границы 0.3..0.5; «200..» — не меньше 200.",
            "yes, no, unknown; a number; a share from 0 to 1; bounds 0.3..0.5; '200..' means at least 200.",
        ),
        Column("from", "действует с", "valid from", "day", 13),
        Column("to", "действует по", "valid to", "day", 13, "Последний день включительно.", "The last day, inclusive."),
        Column("known", "известно с", "known from", "day", 13, "День, когда сведение внесено.", "The day on which it entered the record."),
        Column(
            "by",
            "исполнитель",
            "performer",
            "text",
            16,
            "Пусто — сам изготовитель; иначе ИНН.",
            "Blank for the maker itself, else the INN.",
        ),
        Column(
            "evidence",
            "подтверждения",
            "evidence",
            "names",
            28,
            "Имена с листа «Подтверждения» через точку с запятой.",
            "Names from sheet 'Evidence', separated by semicolons.",
        ),
        Column("committed", "обязательство СПИК", "SPIC commitment", "word", 14, words=YES_NO),
        Column("note", "примечание", "note", "text", 40),
    ),
)
EVIDENCE = TableForm(
    "Подтверждения",
    "Evidence",
    (
        Column("name", "имя подтверждения", "evidence name", "text", 20, "На него ссылаются факты.", "Facts refer to it."),
        Column("kind", "вид документа", "kind of document", "word", 24, words=KINDS),
        Column("ru", "описание по-русски", "title in Russian", "text", 36),
        Column("en", "описание по-английски", "title in English", "text", 36),
        Column("issued", "выдан", "issued", "day", 13),
        Column(
            "valid_until",
            "действует до",
            "valid until",
            "day",
            13,
            "Пусто у акта на компоненты — три года от выдачи.",
            "Blank for a component act: three years from issue.",
        ),
        Column("issuer", "кем выдан", "issuer", "text", 26),
        Column("number", "номер документа", "document number", "text", 20),
        Column("page", "страница", "page", "text", 12),
        Column("url", "адрес", "address", "text", 24),
        Column("file", "файл", "file", "text", 24),
        Column("sha256", "SHA-256 файла", "SHA-256 of the file", "text", 20),
    ),
)
PUBLISHED = TableForm(
    "Опубликовано",
    "Published",
    (
        Column("ru", "сведение по-русски", "statement in Russian", "text", 40),
        Column("en", "сведение по-английски", "statement in English", "text", 40),
        Column("on", "на день", "on day", "day", 13),
        Column("low", "не меньше баллов", "points at least", "value", 12),
        Column("high", "не больше баллов", "points at most", "value", 12),
        Column("evidence", "подтверждения", "evidence", "names", 24),
    ),
)
REFERENCE = TableForm(
    *REFERENCE_SHEET,
    (
        Column("fact", "факт", "fact", "text", 42),
        Column("title", "что это", "title", "text", 80),
        Column("kind", "вид значения", "kind of value", "text", 18),
    ),
)
FACT_KINDS = {
    "flag": ("да / нет", "yes / no"),
    "share": ("доля 0…1", "share 0…1"),
    "count": ("целое число", "whole number"),
    "points": ("баллы", "points"),
    "money": ("деньги, руб.", "money, RUB"),
}
ACTS = TableForm(
    "Акты",
    "Acts",
    (
        Column(
            "number",
            "номер акта",
            "act number",
            "text",
            20,
            "Строки одного акта идут подряд; номер можно повторить или оставить пустым.",
            "Rows of one act stand together; repeat the number or leave it blank.",
        ),
        Column("maker", "изготовитель компонента", "component maker", "text", 28),
        Column("inn", "ИНН изготовителя", "maker INN", "text", 16),
        Column(
            "component",
            "компонент",
            "component",
            "text",
            28,
            "Одинаковое имя у двух изготовителей — два источника одной детали.",
            "The same name for two makers means two sources of one part.",
        ),
        Column("part", "обозначение детали", "part number", "text", 18),
        Column("issued", "выдан", "issued", "day", 13),
        Column("valid_until", "действует до", "valid until", "day", 13, "Пусто — три года от выдачи.", "Blank: three years from issue."),
        Column(
            "recorded",
            "внесён",
            "recorded",
            "day",
            13,
            "День, когда акт внесён в учёт; пусто — день выдачи.",
            "The day it entered the record; blank: the day of issue.",
        ),
        Column("edition", "редакция закона", "edition of the law", "text", 16),
        Column("category", "категории", "categories", "names", 14, words=CATEGORIES),
        Column("powertrain", "силовые установки", "powertrains", "names", 16, words=POWERTRAINS),
        Column(
            "mix",
            "доля в поставках",
            "mix",
            "value",
            12,
            "От 0 до 1, когда источников несколько.",
            "From 0 to 1 where there are several sources.",
        ),
        Column("operation", "операция или факт", "operation or fact", "text", 38, check="fact"),
        Column("value", "показатель", "indicator", "value", 12, "Пусто — операция выполняется.", "Blank: the operation is done."),
        Column("points", "баллы по акту", "points stated", "value", 12),
        Column(
            "adds",
            "в дополнение к своим",
            "adds to own",
            "word",
            12,
            "Да, если штуки не те же, что у изготовителя.",
            "Yes if the units are not the maker's own.",
            words=YES_NO,
        ),
    ),
)
REQUEST = TableForm(
    "Запрос",
    "Request",
    (
        Column(
            "fact", "факт", "fact", "text", 38, "Не меняйте: по нему ответ вернётся на место.", "Do not change: it brings the answer home."
        ),
        Column("title", "что нужно подтвердить", "what to prove", "text", 60, read=False),
        Column("now", "сейчас", "now", "text", 30, read=False),
        Column("value", "ваше значение", "your value", "value", 14, "да, нет или число", "yes, no or a number"),
        Column("kind", "вид документа", "kind of document", "word", 22, words=KINDS),
        Column("number", "номер документа", "document number", "text", 20),
        Column("issuer", "кем выдан", "issuer", "text", 26),
        Column("issued", "выдан", "issued", "day", 13),
        Column("valid_until", "действует до", "valid until", "day", 13),
        Column("page", "страница", "page", "text", 10),
        Column("file", "файл", "file", "text", 22),
    ),
)
SUPPLIER_FIELDS = {
    "supplier": ("поставщик", "supplier"),
    "inn": ("ИНН поставщика", "supplier INN"),
    "vehicle": ("для автомобиля", "for the vehicle"),
    "on": ("на день", "on day"),
}
SUPPLIER = TableForm(
    "Поставщик",
    "Supplier",
    (Column("field", "поле", "field", "word", 26, words=SUPPLIER_FIELDS), Column("value", "значение", "value", "text", 60)),
)
BOM = TableForm(
    "Состав",
    "Bill",
    (
        Column(
            "level",
            "уровень",
            "level",
            "value",
            9,
            "0 — автомобиль, 1 — система, 2 и глубже — что в неё входит.",
            "0 is the vehicle, 1 a system, 2 and more what is in it.",
            check="number",
        ),
        Column("number", "обозначение", "number", "text", 20),
        Column("name", "наименование", "name", "text", 40),
        Column("quantity", "кол-во", "quantity", "value", 10, "На один вышестоящий узел.", "In one of the assembly above.", check="number"),
        Column("unit", "ед.", "unit", "text", 7),
        Column("mass", "масса_кг", "mass_kg", "value", 10, "Масса одной единицы.", "Mass of one unit.", check="number"),
        Column("price", "цена_без_НДС", "price", "value", 12, check="number"),
        Column("currency", "валюта", "currency", "text", 8),
        Column("country", "страна", "country", "text", 14),
        Column("inn", "поставщик_ИНН", "supplier_INN", "text", 14),
        Column("supplier", "поставщик", "supplier", "text", 24),
        Column("okpd2", "ОКПД2", "OKPD2", "text", 14),
        Column("tnved", "ТН ВЭД", "TN VED", "text", 14),
        Column(
            "variants",
            "вариант(ы)",
            "variants",
            "text",
            18,
            "Коды через точку с запятой; пусто — во всех.",
            "Codes separated by semicolons; blank for all.",
        ),
        Column("from", "дата_с", "valid from", "day", 12),
        Column("to", "дата_по", "valid to", "day", 12),
        Column("site", "площадка", "site", "text", 14),
        Column("note", "примечание", "note", "text", 30),
    ),
)
OPERATIONS = TableForm(
    "Операции",
    "Operations",
    (
        Column(
            "fact",
            "код_требования",
            "requirement",
            "text",
            38,
            "Имя операции или факта из листа «Справочник».",
            "Name of the operation or fact, see sheet 'Reference'.",
            check="fact",
        ),
        Column("part", "узел", "component", "text", 28, "Обозначение или название, для памяти.", "Part number or name, to be remembered."),
        Column(
            "inn",
            "исполнитель_ИНН",
            "performer_INN",
            "text",
            16,
            "Пусто — сам изготовитель. Чужую операцию засчитывает акт: lokal intake acts.",
            "Blank for the maker itself. Another's operation counts by an act: lokal intake acts.",
        ),
        Column("site", "площадка", "site", "text", 16),
        Column("value", "доля/показатель", "indicator", "value", 16, "Пусто — операция выполняется.", "Blank: the operation is done."),
        Column(
            "document",
            "документ",
            "document",
            "text",
            30,
            "Вид и номер; без документа — только заявлено.",
            "Kind and number; without one it is only claimed.",
        ),
        Column("page", "страница", "page", "text", 10),
        Column("from", "дата_с", "valid from", "day", 12),
        Column("to", "дата_по", "valid to", "day", 12, "Последний день включительно.", "The last day, inclusive."),
    ),
)
EXAMPLE = ("Пример (вымышленный)", "Example (made up)")
"""How the sheets of examples begin: no reader takes them for data."""
