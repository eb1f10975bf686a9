#!/usr/bin/env bash
# The client amazon-sp-api of npm turns each packet of an answer into text by itself. A
# letter beyond ASCII whose bytes arrive in two packets becomes two signs for "unknown":
# which buyer's name it hits depends on the network. (Documents, which it joins as bytes,
# arrive whole.)
#
# Guessed: the letter arrives, however the answer is cut.
# Seen, amazon-sp-api 1.2.1: "Müller" cut inside of "ü" is "M??ller" (two U+FFFD).
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit amazon-sp-api@1.2.1 >/dev/null
cat > show.cjs <<'JS'
const http = require('http');
const https = require('https');
const answer = Buffer.from(JSON.stringify({payload: {BuyerName: 'Müller'}}));
const cut = answer.indexOf('ü') + 1;
const server = http.createServer((_request, response) => {
  response.writeHead(200, {'Content-Type': 'application/json'});
  response.write(answer.subarray(0, cut));
  setTimeout(() => response.end(answer.subarray(cut)), 200);
});
server.listen(0, '127.0.0.1', async () => {
  https.request = (options, done) => http.request({
    method: options.method, headers: options.headers, path: '/',
    host: '127.0.0.1', port: server.address().port,
  }, done);
  const {SellingPartner} = require('amazon-sp-api');
  const client = new SellingPartner({
    region: 'eu', refresh_token: 'r', access_token: 'a',
    credentials: {SELLING_PARTNER_APP_CLIENT_ID: 'i', SELLING_PARTNER_APP_CLIENT_SECRET: 's'},
  });
  const {BuyerName} = await client.callAPI({
    operation: 'getOrder', endpoint: 'orders', path: {orderId: '026-0000001-0000001'},
  });
  console.log(BuyerName.replaceAll('\uFFFD', '?'));
  server.close();
});
JS
seen=$(node show.cjs)
echo "amazon-sp-api 1.2.1: Müller, cut inside of the ü: $seen"
[ "$seen" = "M??ller" ]
