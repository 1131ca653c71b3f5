// Looks up an ID number over version 3 with Node.js alone (20 or newer), and prints the status.
//
//   npm install smileid-mock
//   npx smileid-mock exec -- node v3.mjs

import { setTimeout as sleep } from 'node:timers/promises';

const { SMILE_ID_PARTNER_ID, SMILE_ID_API_KEY, SMILE_ID_ENVIRONMENT } = process.env;

async function send(path, options) {
  const url = `${SMILE_ID_ENVIRONMENT}/v3${path}`;
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(30_000) });
  const isUnknownJob = response.status === 404 && path.startsWith('/status/'); // it may be known a moment later
  if (!response.ok && !isUnknownJob) throw new Error(`${response.status}: ${await response.text()}`);
  return response.json();
}

// The token is valid for 15 minutes.
const { token } = await send('/token', {
  method: 'POST',
  headers: { 'SmileID-Partner-ID': SMILE_ID_PARTNER_ID.replace(/^0+/, ''), 'SmileID-API-Key': SMILE_ID_API_KEY },
});
const headers = { 'SmileID-Token': token };

const parts = {
  country: 'NG',
  id_type: 'BVN',
  id_number: '00000000000',
  user_details: {
    given_names: 'Amina Fatou',
    last_name: 'Clearwater',
    email: 'amina.clearwater@example.com',
  },
  consent: {
    granted: true,
    granted_at: new Date().toISOString(),
    notice_language: 'EN',
    notice_privacy_policy_url: 'https://partner.example/privacy',
  },
  callback_url: 'https://partner.example/callback',
};
const body = new FormData();
for (const [name, value] of Object.entries(parts)) {
  body.set(name, typeof value === 'string' ? value : JSON.stringify(value));
}

// A request that arrives is a job, and is billed: do not repeat it.
const { job_id } = await send('/enhanced_kyc', { method: 'POST', headers, body });

// The status is not signed: TLS proves who sent it.
const deadline = Date.now() + 120_000;
let status;
for (;;) {
  ({ status } = await send(`/status/${job_id}`, { headers }));
  if (!['processing', 'not_found'].includes(status)) break;
  if (Date.now() > deadline) throw new Error(`no result yet: ask again for ${job_id}`);
  await sleep(2000);
}

// `attention` and `block` are not approvals, and neither is a status that is not known.
console.log(status === 'clear' ? 'approved' : `not approved: ${status}`);
