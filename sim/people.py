"""Invented buyers and addresses, written in each country's manner."""

# country: names | streets | places as "city;state;postal code[;district]"
# `{n}` in a street is the house number.
_DATA = {
    "CA": ("Olivia Tremblay|Liam Gagnon|Emma MacDonald",
           "{n} Maple Avenue|{n} King Street W|{n} rue Sainte-Catherine",
           "Toronto;ON;M5V 2T6|Montréal;QC;H3B 1A7|Vancouver;BC;V6B 1A1"),
    "US": ("James Carter|Maria Gonzalez|Ashley Nguyen",
           "{n} Main St|{n} Oak Ave Apt 4B|{n} Lakeview Dr",
           "SEATTLE;WA;98101|Austin;TX;78701-2603|Brooklyn;NY;11201"),
    "MX": ("José Hernández García|María Fernanda López",
           "Av. Insurgentes Sur {n}|Calle Reforma {n}",
           "Ciudad de México;CDMX;06600;Juárez|Guadalajara;Jalisco;44100;Centro"),
    "BR": ("João da Silva|Ana Beatriz Souza",
           "Avenida Paulista, {n}|Rua das Flores, {n}",
           "São Paulo;SP;01310-100;Bela Vista|Curitiba;PR;80020-090;Centro"),
    "IE": ("Aoife Murphy|Seán O'Brien", "{n} Grafton Street|{n} Patrick Street",
           "Dublin 2;Co. Dublin;D02 X285|Cork;Co. Cork;T12 W8KP"),
    "ES": ("Lucía Martínez Ruiz|Íñigo Etxeberria",
           "Calle Mayor, {n}, 3º B|Avenida de la Constitución {n}",
           "Madrid;Madrid;28013|Sevilla;Sevilla;41001|Bilbao;Bizkaia;48001"),
    "GB": ("Sarah Thompson|Harry Patel|Siân Williams",
           "{n} Oak Avenue|Flat 2A, {n} High Street",
           "London;Greater London;SW1A 1AA|Salford;England;M3 2AB|Cardiff;;CF10 1EP"),
    "FR": ("Chloé Lefèvre|Jean-Baptiste D'Arcy",
           "{n} rue de la République|{n} bis avenue Foch",
           "Lyon;;69002|Paris;;75016|Besançon;;25000"),
    "BE": ("Emma Peeters|Louis Dubois", "Kerkstraat {n} bus 3|Rue Haute {n}",
           "Antwerpen;;2000|Bruxelles;;1000|Gent;;9000"),
    "NL": ("Daan de Vries|Sanne van den Berg", "Keizersgracht {n}|Dorpsstraat {n}-hs",
           "Amsterdam;;1015 CJ|Utrecht;;3511 AB"),
    "DE": ("Erika Muster|Jürgen Groß|Ayşe Yılmaz|Dr. Hans-Peter von der Heide",
           "Musterweg {n}|Straße des 17. Juni {n}|Packstation {n}",
           "Berlin;;10115|München;Bayern;80331|Köln;;50667"),
    "IT": ("Giulia Esposito|Niccolò De Luca",
           "Via Garibaldi {n}|Piazza Dante {n} int. 5",
           "Roma;RM;00184|Napoli;NA;80132|Forlì;FC;47121"),
    "SE": ("Åsa Lindström|Björn Öberg", "Storgatan {n}|Södra vägen {n} lgh 1102",
           "Stockholm;;111 22|Malmö;;211 20"),
    "ZA": ("Thandi Nkosi|Pieter van Wyk", "{n} Long Street|Unit 7, {n} Rivonia Road",
           "Cape Town;Western Cape;8001|Sandton;Gauteng;2196"),
    "PL": ("Małgorzata Wójcik|Łukasz Żak",
           "ul. Długa {n}/12|al. Jerozolimskie {n} m. 4",
           "Kraków;małopolskie;31-147|Łódź;;90-001"),
    "EG": ("محمد عبد الله|Nour Hassan", "{n} شارع التحرير|{n} El Nasr Road",
           "القاهرة;القاهرة;11511|Alexandria;Alexandria;21500"),
    "TR": ("Mehmet Öztürk|Gülşen Çelik", "Atatürk Caddesi No: {n} D: 5|Bağdat Cd. {n}",
           "İstanbul;İstanbul;34710;Kadıköy|Muğla;Muğla;48000;Bodrum"),
    "SA": ("عبد العزيز القحطاني|Fatimah Al Harbi", "{n} طريق الملك فهد|{n} King Road",
           "الرياض;الرياض;12211|Jeddah;Makkah;23435"),
    "AE": ("أحمد المنصوري|Priya Nair", "{n} Sheikh Zayed Road, Tower 2|{n} شارع الوصل",
           "Dubai;Dubai;|أبو ظبي;أبو ظبي;"),
    "IN": ("Rahul Sharma|பிரியா கிருஷ்ணன்",
           "{n}, MG Road, Near Metro|Flat {n}, Rose Villa",
           "Bengaluru;KARNATAKA;560001|Mumbai;MAHARASHTRA;400001"),
    "SG": ("Tan Wei Ling|Muhammad Rizal",
           "Blk {n} Toa Payoh Lorong 1 #08-123|{n} Orchard Rd",
           "Singapore;;310001|Singapore;;238823"),
    "AU": ("Charlotte Nguyen|Jack O'Connor", "{n} Collins St|Unit 3/{n} Beach Rd",
           "MELBOURNE;VIC;3000|Sydney;New South Wales;2000"),
    "JP": ("山田 太郎|佐藤 花子|John Smith", "神宮前{n}-2-3|南青山{n}-14-7 青山ビル301",
           "渋谷区;東京都;150-0001|港区;東京都;107-0062|大阪市北区;大阪府;530-0001"),
}  # fmt: skip

_COMPANIES = {
    "DE": "Teehaus Groß & Söhne GmbH",
    "FR": "Le Salon de Thé SARL",
    "US": "Carter Office Supplies LLC",
    "JP": "株式会社ティーハウス",
    "BR": "Casa do Chá Ltda",
}
_PHONE = {"DE": "+49 30", "US": "+1 206-555-", "GB": "+44 20 7946", "JP": "03-1234-"}


def invent_buyer(rng, country, company=False):
    """Return a person, and for Business orders the company: name, company, key."""
    name = rng.choice(_DATA[country][0].split("|"))
    buyer = {"name": name, "key": f"{rng.getrandbits(64):013x}"[:14]}
    if company:
        buyer["company"] = _COMPANIES.get(country, f"{name.split()[-1]} Ltd")
        buyer["tax_number"] = f"{country}{rng.randrange(10**8, 10**9)}"
    return buyer


def invent_address(rng, country, buyer):
    """Return an address in the shape of Amazon's CustomerAddress."""
    street = rng.choice(_DATA[country][1].split("|"))
    city, state, postal, *district = rng.choice(_DATA[country][2].split("|")).split(";")
    number = rng.randrange(1, 180)
    address = {
        "name": buyer["name"],
        "companyName": buyer.get("company"),
        "addressLine1": street.format(n=number),
        "city": city,
        "districtOrCounty": district[0] if district else None,
        "stateOrRegion": state,
        "postalCode": postal,
        "countryCode": country,
        "phone": f"{_PHONE.get(country, '+00')} {rng.randrange(10**4, 10**7)}",
        "addressType": "COMMERCIAL" if buyer.get("company") else "RESIDENTIAL",
    }
    if country == "BR":
        address["extendedFields"] = _brazilian(street, number, address)
    return {key: value for key, value in address.items() if value}


def _brazilian(street, number, address):
    return {
        "streetName": street.split(",")[0],
        "streetNumber": str(number),
        "neighborhood": address["districtOrCounty"],
    }
