"""Countries as bills of materials write them, as two-letter codes; a blank one stays unknown."""

_NAMES = {
    "RU": ("россия", "рф", "российская федерация", "russia", "russian federation", "rus", "643", "ru"),
    "BY": ("беларусь", "республика беларусь", "белоруссия", "belarus", "blr", "112", "by"),
    "KZ": ("казахстан", "республика казахстан", "kazakhstan", "kaz", "398", "kz"),
    "AM": ("армения", "armenia", "arm", "051", "am"),
    "KG": ("киргизия", "кыргызстан", "kyrgyzstan", "kgz", "417", "kg"),
    "CN": ("китай", "кнр", "china", "chn", "156", "cn"),
    "KR": ("корея", "республика корея", "южная корея", "korea", "kor", "410", "kr"),
    "DE": ("германия", "germany", "deu", "276", "de"),
    "JP": ("япония", "japan", "jpn", "392", "jp"),
    "TR": ("турция", "turkey", "turkiye", "tur", "792", "tr"),
    "IN": ("индия", "india", "ind", "356", "in"),
}
_CODES = {name: code for code, names in _NAMES.items() for name in names}
_UNKNOWN = frozenset({"", "-", "—", "?", "неизвестно", "н/д", "n/a", "unknown", "не указана"})


def country_code(text: str) -> str | None:
    """Return a country's code, None where nothing is known; a name not in the list stands for itself.

    >>> country_code("Российская Федерация"), country_code("—"), country_code("Вьетнам")
    ('RU', None, 'ВЬЕТНАМ')
    """
    plain = " ".join(text.lower().replace("ё", "е").replace(".", "").split())
    if plain in _UNKNOWN:
        return None
    return _CODES.get(plain, plain.upper())
