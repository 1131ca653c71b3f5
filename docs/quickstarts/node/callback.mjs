// Receives callbacks of versions 1 and 3 at /callback, and checks their signatures, with Node.js alone.
//
//   npx smileid-mock exec -- node callback.mjs 8090

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { SMILE_ID_PARTNER_ID, SMILE_ID_API_KEY } = process.env;
const longest = 4 << 20; // bytes; results of version 1 have photos

/** True if the API signed the timestamp, in the last five minutes. */
function isGenuine(timestamp, signature) {
  const hmac = createHmac('sha256', SMILE_ID_API_KEY).update(`${timestamp}${SMILE_ID_PARTNER_ID}sid_request`);
  const [expected, actual] = [Buffer.from(hmac.digest('base64')), Buffer.from(String(signature))];
  const isSigned = expected.length === actual.length && timingSafeEqual(expected, actual);
  return isSigned && Math.abs(Date.now() - Date.parse(timestamp)) < 300_000;
}

async function read(request) {
  const pieces = [];
  let length = 0;
  for await (const piece of request) {
    length += piece.length;
    if (length > longest) throw new Error('the body is too long');
    pieces.push(piece);
  }
  return JSON.parse(Buffer.concat(pieces).toString());
}

/** Returns the status of the response. */
async function receive(request) {
  if (request.method !== 'POST' || request.url !== '/callback') return 400;
  const { headers } = request;
  let proof;
  let claim;
  try {
    const message = await read(request);
    if (headers['response-signature']) {
      // version 3
      proof = [headers['response-timestamp'], headers['response-signature']];
      claim = `job ${headers['job-id']} is ${message.status}`;
    } else {
      proof = [message.timestamp, message.signature];
      claim = `job ${message.PartnerParams.job_id} has ${message.ResultCode}`;
    }
  } catch {
    return 400;
  }
  if (!isGenuine(...proof)) return 401;
  // The signature does not cover the content. Store the claim, and ask for the status of the job: it decides.
  console.log(claim);
  return 200;
}

const server = createServer(async (request, response) => {
  response.writeHead(await receive(request)).end();
});
server.requestTimeout = 30_000;
server.listen(Number(process.argv[2]), '127.0.0.1');
