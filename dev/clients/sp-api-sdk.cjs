// What the clients of @sp-api-sdk see: auth, feeds and reports.
const zlib = require('node:zlib');
const {task, wait} = require('./to_simulator.cjs');
const {SellingPartnerApiAuth} = require('@sp-api-sdk/auth');
const {FeedsApiClient} = require('@sp-api-sdk/feeds-api-2021-06-30');
const {ReportsApiClient} = require('@sp-api-sdk/reports-api-2021-06-30');
const axios = require('axios');

const auth = new SellingPartnerApiAuth({
  clientId: task.client_id,
  clientSecret: task.client_secret,
  refreshToken: task.refresh_token
});
const feeds = new FeedsApiClient({auth, region: 'eu'});
const reports = new ReportsApiClient({auth, region: 'eu'});

async function download(place) {
  const {data} = await axios.get(place.url, {responseType: 'arraybuffer'});
  return place.compressionAlgorithm === 'GZIP' ? zlib.gunzipSync(data) : data;
}

async function feed() {
  const contentType = 'application/json; charset=UTF-8';
  const {data: place} = await feeds.createFeedDocument({body: {contentType}});
  await axios.put(place.url, Buffer.from(task.feed), {headers: {'Content-Type': contentType}});
  const {data: sent} = await feeds.createFeed({
    body: {
      feedType: 'JSON_LISTINGS_FEED',
      marketplaceIds: [task.marketplace],
      inputFeedDocumentId: place.feedDocumentId
    }
  });
  const done = await wait(async () => (await feeds.getFeed({feedId: sent.feedId})).data);
  const {data: result} = await feeds.getFeedDocument({feedDocumentId: done.resultFeedDocumentId});
  return JSON.parse(await download(result)).summary;
}

async function report() {
  const {data: asked} = await reports.createReport({
    body: {reportType: task.report, marketplaceIds: [task.marketplace]}
  });
  const done = await wait(async () => (await reports.getReport({reportId: asked.reportId})).data);
  const {data: place} = await reports.getReportDocument({reportDocumentId: done.reportDocumentId});
  return new TextDecoder(task.charset).decode(await download(place));
}

async function main() {
  process.stdout.write(JSON.stringify({feed: await feed(), report: await report()}));
}

main();
