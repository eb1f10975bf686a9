#!/usr/bin/env bash
# OFX states a bank's time with its offset: 20261201000000[+1:CET] is the first of December
# at midnight, a day without a time of its own. ofxparse takes the offset off and gives what
# is left without a time zone: 2026-11-30 23:00. Who keeps its date, as an import of
# statements does, books each payout a day early, and one of the first in the month before.
# West of Greenwich it is the other way round: in the evening of New York it is tomorrow.
# (ofxtools does the same sum, but its datetime says that it is in UTC.)
#
# Guessed: 2026-12-01 in each case, the bank's date, or a datetime that knows its zone.
# Seen, ofxparse 0.21: 2026-11-30 for midnight in CET, 2026-12-02 for 21:00 in EST, naive.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q ofxparse==0.21 beautifulsoup4==4.15.0 lxml==6.1.3
cd "$folder"
seen=$(env/bin/python -W ignore - <<'PY'
import io

from ofxparse import OfxParser

LINE = "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>{}<TRNAMT>100.00<FITID>{}<NAME>AMAZON</STMTTRN>\n"
WRITTEN = ("20261201", "20261201000000[+1:CET]", "20261201210000[-5:EST]")
STATEMENT = f"""OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX>
<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>
<DTSERVER>20261202120000<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>50010517<ACCTID>0123456789<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261201<DTEND>20261202
{"".join(LINE.format(date, number) for number, date in enumerate(WRITTEN, 1))}</BANKTRANLIST>
<LEDGERBAL><BALAMT>300.00<DTASOF>20261202</LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>
"""
account = OfxParser.parse(io.BytesIO(STATEMENT.encode())).account
for line in account.statement.transactions:
    print(line.date, line.date.tzinfo, end="; ")
PY
)
echo "ofxparse 0.21: 20261201; 20261201000000[+1:CET]; 20261201210000[-5:EST]: $seen"
[ "$seen" = "2026-12-01 00:00:00 None; 2026-11-30 23:00:00 None; 2026-12-02 02:00:00 None; " ]
