"""The names of states, provinces and regions as people and Amazon write them.

Odoo has one row for each state, with one name and one code, in whatever convention its
data came in: ``DE-BY``, ``NH``, ``SE-AB``, ``01``. Amazon passes on what the buyer
typed. Both are reduced to plain words here, and exceptions to the rules are kept in
tables.
"""

import functools
import re

from odoo.tools import remove_accents

# Letters that Unicode does not take apart into a letter and its accent.
LETTERS = str.maketrans(
    {
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "&": " and ",
        **dict.fromkeys(".'’‘`´ʻ", None),
    }
)
# «Co.Cork» and «Hauptstr.1» are two words each, «B.C.» is one.
ABBREVIATION = re.compile(r"(\w\w)\.(\w)")
# Words around a name that say what kind of region it is, in plain letters.
PREFIXES = (
    "autonomous community of",
    "canton de",
    "canton du",
    "canton of",
    "canton",
    "cantone",
    "city of",
    "citta metropolitana di",
    "co",
    "comunidad autonoma de",
    "comunidad foral de",
    "comunidad de",
    "comunitat",
    "county of",
    "county",
    "edo de",
    "emirate of",
    "estado de",
    "estado do",
    "estado",
    "distrito de",
    "freie und hansestadt",
    "freie hansestadt",
    "freistaat",
    "hansestadt",
    "ilha da",
    "ilha de",
    "jud",
    "judet",
    "judetul",
    "kanton",
    "municipiul",
    "regiao autonoma da",
    "regiao autonoma dos",
    "governorate of",
    "greater",
    "land",
    "prefecture of",
    "principado de",
    "prov",
    "province de",
    "province of",
    "provincia de",
    "provincia di",
    "provincia",
    "provincie",
    "region de",
    "region of",
    "regione",
    "state of",
    "union territory of",
    "voivodeship of",
    "woj",
    "wojewodztwo",
)
SUFFIXES = (
    "and islands",
    "county",
    "emirate",
    "governorate",
    "il",
    "ili",
    "island",
    "islands",
    "lan",
    "prefecture",
    "province",
    "region",
    "state",
    "voivodeship",
    "wojewodztwo",
)
SUFFIXES_OF = {"IE": ("city",), "JP": ("to", "fu", "ken", "do"), "SE": ("s lan",)}
# Country codes that people use and ISO does not.
COUNTRIES = {"UK": "GB", "EL": "GR"}
# Country -> names of the same state: whichever of them Odoo knows stands for all.
SAME = {
    "AE": (
        ("Abu Dhabi", "Abu Zaby", "AUH", "أبو ظبي", "أبوظبي"),
        ("Ajman", "عجمان"),
        ("Dubai", "Dubayy", "DXB", "دبي"),
        ("Fujairah", "Al Fujairah", "الفجيرة"),
        ("Ras al-Khaimah", "Ras Al Khaimah", "RAK", "رأس الخيمة"),
        ("Sharjah", "Ash Shariqah", "SHJ", "الشارقة"),
        ("Umm al-Quwain", "Umm Al Quwain", "UAQ", "أم القيوين"),
    ),
    "AT": (
        ("Burgenland", "Bgld"),
        ("Kärnten", "Kaernten", "Carinthia"),
        ("Niederösterreich", "Niederoesterreich", "Lower Austria", "NÖ", "NOE"),
        ("Oberösterreich", "Oberoesterreich", "Upper Austria", "OÖ", "OOE"),
        ("Salzburg", "Salzburger Land", "Sbg"),
        ("Steiermark", "Styria", "Stmk"),
        ("Tirol", "Tyrol"),
        ("Vorarlberg", "Vbg"),
        ("Wien", "Vienna"),
    ),
    "BE": (
        ("Antwerp", "Antwerpen", "Anvers"),
        ("East Flanders", "Oost-Vlaanderen", "Flandre orientale"),
        ("West Flanders", "West-Vlaanderen", "Flandre occidentale"),
        ("Flemish Brabant", "Vlaams-Brabant", "Brabant flamand"),
        ("Walloon Brabant", "Brabant wallon", "Waals-Brabant"),
        ("Limburg", "Limbourg"),
        ("Hainaut", "Henegouwen"),
        ("Liège", "Luik", "Lüttich"),
        ("Luxembourg", "Luxemburg"),
        ("Namur", "Namen"),
    ),
    "CA": (
        ("Alberta", "Alta"),
        ("Manitoba", "Man"),
        ("New Brunswick", "Nouveau-Brunswick"),
        (
            "Newfoundland and Labrador",
            "Newfoundland",
            "Terre-Neuve-et-Labrador",
            "NF",
            "NFLD",
        ),
        ("Nova Scotia", "Nouvelle-Écosse"),
        ("Prince Edward Island", "Île-du-Prince-Édouard", "PEI"),
        ("Saskatchewan", "Sask"),
        ("Quebec", "PQ", "Que"),
        ("Ontario", "Ont"),
        ("Yukon", "Yukon Territory", "YK"),
        ("British Columbia", "Colombie-Britannique"),
        ("Northwest Territories", "Territoires du Nord-Ouest", "NWT"),
    ),
    "CH": (
        ("Genève", "Geneva", "Genf", "Ginevra"),
        ("Luzern", "Lucerne", "Lucerna"),
        ("St. Gallen", "Sankt Gallen", "Saint-Gall", "San Gallo"),
        ("Graubünden", "Grisons", "Grigioni"),
        ("Zürich", "Zuerich", "Zurigo"),
    ),
    "DE": (
        ("Bayern", "Bavaria"),
        ("Hessen", "Hesse"),
        ("Niedersachsen", "Lower Saxony"),
        ("Nordrhein-Westfalen", "North Rhine-Westphalia", "NRW"),
        ("Rheinland-Pfalz", "Rhineland-Palatinate"),
        ("Sachsen", "Saxony"),
        ("Sachsen-Anhalt", "Saxony-Anhalt"),
        ("Thüringen", "Thueringen", "Thuringia"),
        ("Baden-Württemberg", "Baden-Wuerttemberg"),
        ("Mecklenburg-Vorpommern", "Mecklenburg-Western Pomerania"),
    ),
    "EG": (
        ("Cairo", "Al Qahirah", "القاهرة"),
        ("Giza", "Al Jizah", "الجيزة"),
        ("Alexandria", "Al Iskandariyah", "الإسكندرية", "الاسكندرية"),
        ("Al Sharqia", "Sharqia", "Ash Sharqiyah", "الشرقية"),
        ("Dakahlia", "Ad Daqahliyah", "الدقهلية"),
        ("Qalyubia", "Al Qalyubiyah", "القليوبية"),
        ("Gharbia", "Al Gharbiyah", "الغربية"),
        ("Monufia", "Menoufia", "Al Minufiyah", "المنوفية"),
        ("Beheira", "Al Buhayrah", "البحيرة"),
        ("Ismailia", "الإسماعيلية"),
        ("Suez", "السويس"),
        ("Port Said", "بورسعيد", "بور سعيد"),
        ("Damietta", "دمياط"),
        ("Kafr el-Sheikh", "Kafr El Sheikh", "كفر الشيخ"),
        ("Faiyum", "Fayoum", "الفيوم"),
        ("Beni Suef", "بني سويف"),
        ("Minya", "المنيا"),
        ("Asyut", "Assiut", "أسيوط"),
        ("Sohag", "سوهاج"),
        ("Qena", "قنا"),
        ("Luxor", "الأقصر"),
        ("Aswan", "أسوان"),
        ("Red Sea", "البحر الأحمر"),
        ("Matrouh", "Matruh", "مطروح"),
        ("New Valley", "الوادي الجديد"),
        ("South Sinai", "جنوب سيناء"),
        ("North Sinai", "شمال سيناء"),
    ),
    "ES": (
        ("A Coruña", "La Coruña", "Coruña"),
        ("Araba", "Álava"),
        ("Alacant", "Alicante"),
        ("Castelló", "Castellón", "Castellón de la Plana"),
        ("Girona", "Gerona"),
        ("Gipuzkoa", "Guipúzcoa"),
        ("Bizkaia", "Vizcaya"),
        ("Lleida", "Lérida"),
        ("Ourense", "Orense"),
        ("València", "Valencia"),
        ("Navarra", "Nafarroa", "Navarre"),
        (
            "Illes Balears",
            "Islas Baleares",
            "Baleares",
            "Balears",
            "Balearic Islands",
            "Mallorca",
            "Palma de Mallorca",
            "Menorca",
            "Ibiza",
            "IB",
        ),
        (
            "Santa Cruz de Tenerife",
            "Tenerife",
            "S C Tenerife",
            "Sta Cruz de Tenerife",
            "Sta Cruz Tenerife",
            "S C de Tenerife",
        ),
        (
            "Las Palmas",
            "Palmas",
            "Las Palmas de Gran Canaria",
            "Las Palmas de GC",
            "Gran Canaria",
        ),
        ("La Rioja", "Rioja"),
        ("Asturias", "Oviedo"),
        ("Cantabria", "Santander"),
        ("Sevilla", "Seville"),
    ),
    "GB": (
        ("London", "Greater London", "City of London"),
        ("County Londonderry", "Londonderry", "Derry"),
        ("East Sussex", "E Sussex"),
        ("East Yorkshire", "E Yorkshire"),
        ("North Yorkshire", "N Yorkshire"),
        ("South Yorkshire", "S Yorkshire"),
        ("West Yorkshire", "W Yorkshire"),
        ("West Sussex", "W Sussex"),
    ),
    "IE": (
        ("Laois", "Laoighis", "Leix"),
        ("Tipperary", "North Tipperary", "South Tipperary"),
    ),
    "IN": (
        ("Andaman and Nicobar", "Andaman and Nicobar Islands"),
        ("Chattisgarh", "Chhattisgarh", "Chhatisgarh", "CT"),
        (
            "Dadra and Nagar Haveli",
            "Dadra and Nagar Haveli and Daman and Diu",
            "DNHDD",
            "DH",
        ),
        (
            "Delhi",
            "New Delhi",
            "NCT of Delhi",
            "NCT",
            "National Capital Territory of Delhi",
            "Delhi NCR",
        ),
        ("Gujarat", "Gujrat"),
        ("Jammu and Kashmir", "Jammu Kashmir", "J and K"),
        ("Karnataka", "Karnatka"),
        ("Lakshadweep", "Lakshadweep Islands"),
        ("Maharashtra", "Maharastra"),
        ("Orissa", "Odisha", "OD"),
        ("Puducherry", "Pondicherry"),
        ("Telangana", "Telengana", "TG"),
        ("Uttarakhand", "Uttaranchal", "UT"),
    ),
    "IT": (
        ("Aosta", "Valle d'Aosta", "Aoste"),
        ("Bolzano", "Bozen", "Bolzano-Bozen", "Alto Adige", "Südtirol"),
        ("Forlì-Cesena", "Forlì", "Cesena", "FO"),
        ("Massa-Carrara", "Massa", "Carrara"),
        ("Monza e Brianza", "Monza e della Brianza", "Monza", "Monza-Brianza"),
        ("Pesaro e Urbino", "Pesaro-Urbino", "Pesaro", "Urbino", "PS"),
        ("Reggio Calabria", "Reggio di Calabria"),
        ("Reggio Emilia", "Reggio nell'Emilia", "Reggio nell Emilia"),
        ("Roma", "Rome"),
        ("Milano", "Milan"),
        ("Napoli", "Naples"),
        ("Torino", "Turin"),
        ("Firenze", "Florence"),
        ("Venezia", "Venice"),
        ("Verbano-Cusio-Ossola", "VCO", "Verbania"),
        ("Genova", "Genoa"),
        ("Padova", "Padua"),
        ("Mantova", "Mantua"),
        ("Siracusa", "Syracuse"),
    ),
    "JP": (
        ("Hokkaido", "北海道"),
        ("Aomori", "青森県", "青森"),
        ("Iwate", "岩手県", "岩手"),
        ("Miyagi", "宮城県", "宮城"),
        ("Akita", "秋田県", "秋田"),
        ("Yamagata", "山形県", "山形"),
        ("Fukushima", "福島県", "福島"),
        ("Ibaraki", "茨城県", "茨城"),
        ("Tochigi", "栃木県", "栃木"),
        ("Gunma", "群馬県", "群馬", "Gumma"),
        ("Saitama", "埼玉県", "埼玉"),
        ("Chiba", "千葉県", "千葉"),
        ("Tokyo", "東京都", "東京"),
        ("Kanagawa", "神奈川県", "神奈川"),
        ("Niigata", "新潟県", "新潟"),
        ("Toyama", "富山県", "富山"),
        ("Ishikawa", "石川県", "石川"),
        ("Fukui", "福井県", "福井"),
        ("Yamanashi", "山梨県", "山梨"),
        ("Nagano", "長野県", "長野"),
        ("Gifu", "岐阜県", "岐阜"),
        ("Shizuoka", "静岡県", "静岡"),
        ("Aichi", "愛知県", "愛知"),
        ("Mie", "三重県", "三重"),
        ("Shiga", "滋賀県", "滋賀"),
        ("Kyoto", "京都府", "京都"),
        ("Osaka", "大阪府", "大阪", "Oosaka"),
        ("Hyogo", "兵庫県", "兵庫", "Hyougo"),
        ("Nara", "奈良県", "奈良"),
        ("Wakayama", "和歌山県", "和歌山"),
        ("Tottori", "鳥取県", "鳥取"),
        ("Shimane", "島根県", "島根"),
        ("Okayama", "岡山県", "岡山"),
        ("Hiroshima", "広島県", "広島"),
        ("Yamaguchi", "山口県", "山口"),
        ("Tokushima", "徳島県", "徳島"),
        ("Kagawa", "香川県", "香川"),
        ("Ehime", "愛媛県", "愛媛"),
        ("Kochi", "高知県", "高知", "Kouchi"),
        ("Fukuoka", "福岡県", "福岡"),
        ("Saga", "佐賀県", "佐賀"),
        ("Nagasaki", "長崎県", "長崎"),
        ("Kumamoto", "熊本県", "熊本"),
        ("Oita", "大分県", "大分", "Ooita"),
        ("Miyazaki", "宮崎県", "宮崎"),
        ("Kagoshima", "鹿児島県", "鹿児島"),
        ("Okinawa", "沖縄県", "沖縄"),
    ),
    "MX": (
        ("Aguascalientes", "Ags"),
        ("Baja California", "BC", "Baja California Norte"),
        ("Baja California Sur", "BCS"),
        ("Campeche", "Camp"),
        ("Chiapas", "Chis"),
        ("Chihuahua", "Chih"),
        (
            "Ciudad de México",
            "CDMX",
            "Distrito Federal",
            "DF",
            "Mexico City",
            "Cd de México",
            "Mexico DF",
        ),
        ("Coahuila", "Coahuila de Zaragoza", "Coah"),
        ("Durango", "Dgo"),
        ("Guanajuato", "Gto"),
        ("Guerrero", "Gro"),
        ("Hidalgo", "Hgo"),
        ("México", "Estado de México", "Edo Mex", "Edomex", "Mex"),
        ("Michoacán", "Michoacán de Ocampo", "Mich"),
        ("Morelos", "Mor"),
        ("Nayarit", "Nay"),
        ("Nuevo León", "NL"),
        ("Puebla", "Pue"),
        ("Querétaro", "Querétaro de Arteaga", "Qro"),
        ("Quintana Roo", "Q Roo", "QR"),
        ("Sinaloa", "Sin"),
        ("Sonora", "Son"),
        ("Tabasco", "Tab"),
        ("Tamaulipas", "Tamps"),
        ("Tlaxcala", "Tlax"),
        ("Veracruz", "Veracruz de Ignacio de la Llave", "Veracruz-Llave", "Ver"),
        ("Yucatán", "Yuc"),
        ("Zacatecas", "Zac"),
    ),
    "NL": (
        ("Friesland", "Fryslân"),
        ("Noord-Brabant", "North Brabant", "Brabant"),
        ("Noord-Holland", "North Holland", "N Holland"),
        ("Zuid-Holland", "South Holland", "Z Holland"),
    ),
    "PT": (("Lisboa", "Lisbon"), ("Porto", "Oporto"), ("Açores", "Azores")),
    "RO": (("București", "Bucharest", *(f"Sector {n}" for n in range(1, 7))),),
    "SA": (
        ("Riyadh", "Ar Riyad", "الرياض"),
        ("Makkah", "Mecca", "Makkah Al Mukarramah", "مكة المكرمة", "مكة"),
        ("Madinah", "Medina", "Al Madinah", "المدينة المنورة"),
        ("Jeddah", "جدة"),
        ("Tabuk", "تبوك"),
        ("Najran", "نجران"),
    ),
    "SE": (
        ("Skåne län", "Scania"),
        ("Västra Götalands län", "Västra Götaland"),
        ("Dalarnas län", "Dalarna"),
        ("Västernorrlands län", "Västernorrlands", "Västernorrland"),
    ),
    "TR": (
        ("Mersin", "İçel"),
        ("Afyonkarahisar", "Afyon"),
        ("Kahramanmaraş", "Maraş", "K Maraş"),
        ("Şanlıurfa", "Urfa", "Ş Urfa"),
        ("Kocaeli", "İzmit"),
        ("Sakarya", "Adapazarı"),
        ("Hatay", "Antakya"),
    ),
    "US": (
        ("District of Columbia", "Washington DC", "Washington D C"),
        (
            "Armed Forces Europe",
            "Armed Forces Africa",
            "Armed Forces Canada",
            "Armed Forces Middle East",
            "Armed Forces Europe, the Middle East, and Canada",
            "AF Europe",
        ),
        ("Armed Forces Pacific", "AF Pacific"),
        ("Armed Forces Americas", "Armed Forces the Americas", "AF Americas"),
        ("Virgin Islands", "US Virgin Islands"),
    ),
    "ZA": (("KwaZulu-Natal", "Natal", "KZN"), ("Gauteng", "Johannesburg")),
}


def plain(text):
    """Reduce a text to what distinguishes two spellings: neither case, accents, dots
    nor blanks do.

    :param str text: or None
    :return str:
    """
    letters = ABBREVIATION.sub(r"\1 \2", (text or "").casefold()).translate(LETTERS)
    return " ".join(remove_accents(letters).split())


def words(text):
    """Reduce a name to its words; hyphens and brackets only stand between words.

    :param str text: or None
    :return str:
    """
    return " ".join(re.sub(r"[^\w]|_", " ", plain(text)).split())


def spellings(country, states):
    """Collect all ways to write the states of a country.

    :param str country: ISO code
    :param list states: of (id, name, code) as Odoo has them
    :return dict: reduced spelling -> id; the most reliable spelling wins
    """
    return _spellings(country, tuple(states))


# Odoo empties its own caches whenever a company or a group changes; states hardly do.
@functools.lru_cache(maxsize=512)
def _spellings(country, states):
    known = {}
    _learn(known, ((words(name), state) for state, name, _code in states))
    for state, name, _code in states:
        _learn(known, ((half, state) for half in _halves(name)))
    for state, _name, code in states:
        whole = words(code)
        _learn(known, ((whole, state), (_without_country(whole, country), state)))
    for names in SAME.get(country, ()):
        reduced = [words(name) for name in names]
        found = next((known[name] for name in reduced if name in known), None)
        if found:
            _learn(known, ((name, found) for name in reduced))
    _learn(known, [(_bare(text, country), state) for text, state in known.items()])
    _learn(known, [(text.replace(" ", ""), state) for text, state in known.items()])
    return known


def _learn(known, pairs):
    """Add spellings; one that is known already keeps its state.

    :param pairs: iterable of (reduced spelling, id)
    """
    for text, state in pairs:
        if text:
            known.setdefault(text, state)


def find(known, country, text):
    """Find the state that somebody means.

    :param dict known: see `spellings`
    :param str country: ISO code
    :param str text: as Amazon passes it on
    :return: the id, None when nothing is known by that name
    """
    whole = words(text)
    if whole == "n a":  # not applicable: NA is Navarra, and Naples
        return None
    candidates = [whole, _without_country(whole, country), _bare(whole, country)]
    candidates += _halves(text)
    candidates += [_bare(half, country) for half in _halves(text)]
    candidates.append(re.sub(r" \d+\w?$", "", whole))  # Dublin 6W
    candidates += [text.replace(" ", "") for text in candidates]
    return next((known[text] for text in candidates if text in known), None)


def _halves(text):
    """Split a bilingual name.

    :return list: the parts of a double name, such as “Alacant (Alicante)”; one or two
        letters are no name, as in “S/C de Tenerife”
    """
    parts = [words(part) for part in re.split(r"[()/,|]|\s[-–]\s", text or "")]
    names = [part for part in parts if len(part) > 2 or not part.isascii()]
    return names if len(parts) > 1 else []


def _without_country(text, country):
    return text.removeprefix(f"{country.lower()} ")


def _bare(text, country):
    """Remove generic words such as province or county.

    :return str: the name without the words that say what kind of region it is
    """
    for suffix in SUFFIXES_OF.get(country, ()):
        joint = "" if suffix.startswith("s ") else " "
        text = text.removesuffix(f"{joint}{suffix}")
    for suffix in SUFFIXES:
        text = text.removesuffix(f" {suffix}")
    for prefix in PREFIXES:
        text = text.removeprefix(f"{prefix} ")
    return text
