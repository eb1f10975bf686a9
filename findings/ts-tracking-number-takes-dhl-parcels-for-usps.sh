#!/usr/bin/env bash
# The 20 digits on a parcel of DHL in Germany are an SSCC of GS1: 00, the number of the
# company, a serial number, a check digit. "USPS 20" has as many digits and the same check
# digit, so that each of them passes for one: ts-tracking-number names USPS, and a seller
# who fills Amazon's carrier code from it confirms the shipment with the wrong carrier.
# The first number is DHL's own example, the other two differ in serial and check digit.
#
# Guessed: DHL, or that nothing is known of it.
# Seen, ts-tracking-number 1.0.17: usps, "USPS 20", for each.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit ts-tracking-number@1.0.17 >/dev/null
cat > show.mjs <<'JS'
import {getTracking} from 'ts-tracking-number';

const withCheckDigit = (digits) => {
  const sum = [...digits].reduce((sum, digit, at) => sum + digit * (at % 2 ? 1 : 3), 0);
  return digits + ((10 - (sum % 10)) % 10);
};
const numbers = ['0034043416109404255', '0034043416109404256', '0034043416109404311'].map(withCheckDigit);
if (numbers[0] !== '00340434161094042557') throw new Error('not the example of DHL');
console.log(numbers.map((number) => {
  const found = getTracking(number);
  return found ? `${found.courier.code} ${found.name}` : 'unknown';
}).join(', '));
JS
seen=$(node show.mjs)
echo "ts-tracking-number 1.0.17: 00340434161094042557 and two more parcels of DHL: $seen"
[ "$seen" = "usps USPS 20, usps USPS 20, usps USPS 20" ]
