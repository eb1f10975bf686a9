// Carries what is meant for Amazon to the simulator: no setting of the clients names a host.
const http = require('node:http');
const https = require('node:https');

const task = JSON.parse(process.env.TASK);
const place = new URL(task.url);
const request = http.request;

function carried(options, answered) {
  return request(
    {
      ...options,
      protocol: 'http:',
      hostname: place.hostname,
      host: place.hostname,
      port: place.port,
      agent: undefined
    },
    answered
  );
}
https.request = carried;
http.request = carried; // the store of documents is asked by https whatever its address says

exports.task = task;
exports.wait = async (ask) => {
  for (;;) {
    const found = await ask();
    if (!['IN_QUEUE', 'IN_PROGRESS'].includes(found.processingStatus)) {
      if (found.processingStatus !== 'DONE') {
        throw new Error(JSON.stringify(found));
      }
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
