// What the client amazon-sp-api of npm sees.
const {task, wait} = require('./to_simulator.cjs');
const {SellingPartner} = require('amazon-sp-api');

const client = new SellingPartner({
  region: 'eu',
  refresh_token: task.refresh_token,
  credentials: {
    SELLING_PARTNER_APP_CLIENT_ID: task.client_id,
    SELLING_PARTNER_APP_CLIENT_SECRET: task.client_secret
  },
  options: {auto_request_throttled: false}
});
const call = (operation, version, more) => client.callAPI({operation, options: {version}, ...more});

async function orders() {
  const found = {};
  for (let token; ; ) {
    const page = await call('orders.searchOrders', '2026-01-01', {
      query: {
        lastUpdatedAfter: task.since,
        includedData: ['FULFILLMENT'],
        ...(token ? {paginationToken: token} : {})
      }
    });
    for (const order of page.orders) {
      found[order.orderId] = order.fulfillment.fulfillmentStatus;
    }
    token = page.pagination?.nextToken;
    if (!token) {
      return found;
    }
  }
}

async function feed() {
  const contentType = 'application/json; charset=UTF-8';
  const place = await call('feeds.createFeedDocument', '2021-06-30', {body: {contentType}});
  await client.upload(place, {content: task.feed, contentType});
  const sent = await call('feeds.createFeed', '2021-06-30', {
    body: {
      feedType: 'JSON_LISTINGS_FEED',
      marketplaceIds: [task.marketplace],
      inputFeedDocumentId: place.feedDocumentId
    }
  });
  const done = await wait(() => call('feeds.getFeed', '2021-06-30', {path: {feedId: sent.feedId}}));
  const result = await call('feeds.getFeedDocument', '2021-06-30', {
    path: {feedDocumentId: done.resultFeedDocumentId}
  });
  return JSON.parse(await client.download(result)).summary;
}

async function report() {
  const asked = await call('reports.createReport', '2021-06-30', {
    body: {reportType: task.report, marketplaceIds: [task.marketplace]}
  });
  const done = await wait(() => call('reports.getReport', '2021-06-30', {path: {reportId: asked.reportId}}));
  const place = await call('reports.getReportDocument', '2021-06-30', {
    path: {reportDocumentId: done.reportDocumentId}
  });
  return client.download(place);
}

async function listing() {
  const item = await call('listingsItems.getListingsItem', '2021-08-01', {
    path: {sellerId: task.seller, sku: task.sku},
    query: {marketplaceIds: [task.marketplace], includedData: ['fulfillmentAvailability']}
  });
  return item.fulfillmentAvailability[0].quantity;
}

async function inventory() {
  const answer = await call('fbaInventory.getInventorySummaries', 'v1', {
    query: {
      details: true,
      granularityType: 'Marketplace',
      granularityId: task.marketplace,
      marketplaceIds: [task.marketplace]
    }
  });
  return Object.fromEntries(
    answer.inventorySummaries.map((stock) => [stock.sellerSku, stock.inventoryDetails.fulfillableQuantity])
  );
}

async function finances() {
  const answer = await call('finances.listTransactions', '2024-06-19', {query: {postedAfter: task.since}});
  return Object.fromEntries(
    answer.transactions.map((each) => [
      each.relatedIdentifiers[0].relatedIdentifierValue,
      each.totalAmount.currencyAmount
    ])
  );
}

async function main() {
  const seen = {
    orders: await orders(),
    feed: await feed(),
    report: await report(),
    listing: await listing(),
    inventory: await inventory(),
    finances: await finances()
  };
  process.stdout.write(JSON.stringify(seen));
}

main();
