// Registers a selfie over version 1 with Node.js alone (20.15 or newer), and prints the decision.
//
//   npm install smileid-mock
//   npx smileid-mock exec -- node v1.mjs selfie.jpg

import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

const { SMILE_ID_PARTNER_ID, SMILE_ID_API_KEY, SMILE_ID_ENVIRONMENT } = process.env;
const approved = ['0840', '1240']; // result codes of job type 4

const signature = (timestamp) =>
  createHmac('sha256', SMILE_ID_API_KEY).update(`${timestamp}${SMILE_ID_PARTNER_ID}sid_request`).digest('base64');

/** Sends a signed request, and returns the response. */
async function post(path, members) {
  const timestamp = new Date().toISOString();
  const body = { ...members, partner_id: SMILE_ID_PARTNER_ID, timestamp, signature: signature(timestamp) };
  const response = await fetch(`${SMILE_ID_ENVIRONMENT}/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

/** Throws unless the message was signed with the API key, in the last hour. */
function verify(message) {
  const [expected, actual] = [signature(message.timestamp), message.signature].map((text) => Buffer.from(text));
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) throw new Error('the signature is wrong');
  if (!(Math.abs(Date.now() - Date.parse(message.timestamp)) < 3_600_000)) throw new Error('the message is old');
}

/** Packs files into a ZIP archive, without compression. A package such as `yazl` does the same. */
function zip(files) {
  const [locals, centrals] = [[], []];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0); // version of the format
    head.writeUInt16LE(0x21, 8); // date: 1 January 1980
    head.writeUInt32LE(crc32(content), 10);
    head.writeUInt32LE(content.length, 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    locals.push(Buffer.from('PK\x03\x04'), head, Buffer.from(name), content);
    centrals.push(Buffer.from('PK\x01\x02\x14\x00'), head, place, Buffer.from(name));
    offset += 30 + name.length + content.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  for (const at of [8, 10]) end.writeUInt16LE(Object.keys(files).length, at);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

const ids = { user_id: randomUUID(), job_id: randomUUID() };
const info = {
  package_information: { apiVersion: { buildNumber: 0, majorVersion: 2, minorVersion: 0 }, language: 'node' },
  id_info: {},
  images: [{ image_type_id: 0, image: '', file_name: 'selfie.jpg' }],
};
const archive = zip({
  'info.json': Buffer.from(JSON.stringify(info)),
  'selfie.jpg': readFileSync(process.argv[2]), // before the job is announced
});

const job = await post('/upload', {
  source_sdk: 'rest_api',
  source_sdk_version: '1.0.0',
  smile_client_id: SMILE_ID_PARTNER_ID,
  file_name: 'selfie.zip',
  model_parameters: {},
  callback_url: '',
  partner_params: { ...ids, job_type: 4 },
});
const put = await fetch(job.upload_url, {
  method: 'PUT',
  headers: { 'Content-Type': 'application/zip' },
  body: archive,
  signal: AbortSignal.timeout(60_000),
});
if (!put.ok) throw new Error(`${put.status}: ${await put.text()}`);

const deadline = Date.now() + 120_000;
let status;
for (;;) {
  status = await post('/job_status', { ...ids, image_links: false, history: false });
  verify(status);
  if (status.job_complete) break;
  if (Date.now() > deadline) throw new Error(`no result yet: ask again for ${ids.job_id} of ${ids.user_id}`);
  await sleep(2000);
}

const { ResultCode, ResultText } = status.result;
console.log(`${approved.includes(ResultCode) ? 'approved' : 'not approved'}: ${ResultCode} ${ResultText}`);
