// Drives the official JavaScript package, unmodified, through every kind of job that it can submit, over HTTPS.
//
// Run by `cargo xtask peers node` under `smileid-mock exec`, which sets the URL of the server and makes Node.js trust it, and
// by `cargo xtask peers conformance` under the judge of clients. Its arguments are the folder of images and scenarios to skip.
// Every assertion is about a value that the package returns to its user, or a request that a user's server receives. Prints
// one JSON object per scenario.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');

const { IDApi, Signature, Utilities, WebApi } = require('smile-identity-core');

const IMAGES = process.argv[2];
const { SMILE_ID_PARTNER_ID: partner, SMILE_ID_API_KEY: key, SMILE_ID_ENVIRONMENT: origin } = process.env;
const base = `${origin}/v1`;
const everything = { return_job_status: true, return_history: true, return_images: true };
const person = {
  first_name: 'Joe', middle_name: 'Doe', last_name: 'Leo', country: 'NG', id_type: 'BVN',
  id_number: '00000000000', dob: '2000-09-20', phone_number: '0123456789', entered: true,
};
const passport = { country: 'NG', id_type: 'PASSPORT' };
const company = { country: 'NG', id_type: 'BUSINESS_REGISTRATION', id_number: '0000000', business_type: 'co' };

// The package accepts selfie and front of the card as files, the rest only in base64.
const sent = { selfie: 'selfie.jpg', card: 'id_card.jpg', back: 'id_card_back.jpg', liveness: 'selfie.png' };
const kinds = { selfie: 2, card: 3, back: 7, liveness: 6 };
const encoded = (subject) => ({
  image_type_id: kinds[subject],
  image: fs.readFileSync(path.join(IMAGES, sent[subject])).toString('base64'),
});
const files = (subject) =>
  subject in { selfie: 0, card: 1 }
    ? { image_type_id: kinds[subject] - 2, image: path.join(IMAGES, sent[subject]) }
    : encoded(subject);

const withImages = {
  async registration(api, receiver, form) {
    const job = params(4, form);
    complete(await api.submit_job(job, [form('selfie'), form('liveness')], {}, everything), '0840');
    await receiver.expect(job, ['0840']);
  },

  async authentication(api, receiver, form) {
    const job = params(2, form);
    complete(await api.submit_job(job, [form('selfie')], {}, everything), '0820');
    await receiver.expect(job, ['0820']);
  },

  async update(api, receiver, form) {
    const job = params(8, form);
    complete(await api.submit_job(job, [form('selfie')], {}, everything), '0880');
    await receiver.expect(job, ['0880']);
  },

  async biometric_kyc(api, receiver, form) {
    const job = params(1, form, 'by-number');
    const reply = await api.submit_job(job, [form('selfie')], person, everything);
    complete(reply, '0810');
    assert.deepEqual(reply.history.map((result) => result.ResultCode), ['0810', '1012']);
    assert.equal(reply.history[1].FullName, 'Joe Doe Leo');
    await receiver.expect(job, ['0810', '1012']);
  },

  async by_card(api, receiver, form) {
    const job = params(1, form, 'by-card', '-card');
    const reply = await api.submit_job(job, [form('selfie'), form('card')], { entered: false }, everything);
    complete(reply, '0810');
    await linked(reply, { selfie_image: 'selfie', id_card_image: 'card' });
    await receiver.expect(job, ['0810']);
  },

  async document(api, receiver, form, type = 6) {
    const job = params(type, form, `document-${type}`);
    const images = [form('selfie'), form('card'), form('back')];
    const reply = await api.submit_job(job, images, passport, everything);
    complete(reply, '0810');
    await linked(reply, { selfie_image: 'selfie', id_card_image: 'card', id_card_back: 'back' });
    await receiver.expect(job, ['0810']);
  },

  enhanced_document: (api, receiver, form) => withImages.document(api, receiver, form, 11),
};

const others = {
  async enrolled_selfie(api, receiver) {
    const job = params(6, files, 'user', '-enrolled');
    const options = { ...everything, use_enrolled_image: true };
    const reply = await api.submit_job(job, [files('card')], passport, options);
    complete(reply, '0810');
    await linked(reply, { id_card_image: 'card' });
    await receiver.expect(job, ['0810']);
  },

  async enhanced_kyc(api) {
    for (const submitted of [
      api.submit_job(params(5, files), null, person, everything),
      new IDApi(partner, key, base).submit_job(params(5, files, 'user', '-again'), person),
    ]) {
      const reply = await submitted;
      assert.equal(reply.ResultCode, '1012');
      assert.equal(reply.FullName, 'Joe Doe Leo');
      assert.equal(reply.Actions.Verify_ID_Number, 'Verified');
    }
  },

  async enhanced_kyc_later(_, receiver) {
    await later(receiver, params(5, files, 'user', '-later'), person);
  },

  async business(api) {
    const reply = await api.submit_job(params(7, files), null, company, everything);
    assert.equal(reply.ResultCode, '1012');
    assert.ok(reply.success && reply.company_information);
    assert.ok(new Signature(partner, key).confirm_signature(reply.timestamp, reply.signature));
  },

  async business_later(_, receiver) {
    await later(receiver, params(7, files, 'user', '-later'), company);
  },

  async status() {
    const { user_id, job_id } = params(1, files, 'by-number');
    const utilities = new Utilities(partner, key, base);
    const reply = await utilities.get_job_status(user_id, job_id, { return_history: true, return_images: true });
    complete(reply, '0810');
    await linked(reply, { selfie_image: 'selfie' });
    const plain = await utilities.get_job_status(user_id, job_id);
    assert.ok(!('history' in plain) && !('image_links' in plain));
  },

  async token(api) {
    const asked = { user_id: 'node-web', job_id: 'node-web-1', product: 'biometric_kyc' };
    const { token } = await api.get_web_token(asked);
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    assert.equal(claims.product, 'biometric_kyc');
  },

  async refusals(api) {
    const asked = { user_id: 'node-web', job_id: 'node-web-2', product: 'no product' };
    await refused('2217', api.get_web_token(asked));
    const selfie = [files('selfie')];
    const stranger = params(2, files, 'nobody', '-2210');
    const forger = new WebApi(partner, api.default_callback, 'another key', base);
    const forged = params(4, files, 'forged', '-2205');
    await refused('2209', api.submit_job(params(4, files, 'user', '-2209'), selfie, {}, everything));
    await refused('2210', api.submit_job(stranger, selfie, {}, everything));
    await refused('2215', api.submit_job(params(2, files), selfie, {}, everything));
    await refused('2205', forger.submit_job(forged, selfie, {}, everything));
  },

  async callback_only(api, receiver) {
    const job = params(2, files, 'user', '-callback');
    const reply = await api.submit_job(job, [files('selfie')], {}, { return_job_status: false });
    assert.ok(reply.success && reply.smile_job_id.length === 10);
    await receiver.expect(job, ['0820']);
  },

  // Two files with one base name. The outcome of the job does not matter.
  async same_names(api) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'smileid-'));
    const card = path.join(folder, sent.selfie);
    fs.copyFileSync(path.join(IMAGES, sent.card), card);
    const images = [files('selfie'), { image_type_id: 1, image: card }];
    const reply = await api.submit_job(params(4, files, 'names', '-names'), images, {}, { return_job_status: false });
    fs.rmSync(folder, { recursive: true });
    assert.ok(reply.success);
  },

  // The package sends the path.
  async liveness_as_file(api) {
    const liveness = { image_type_id: 4, image: path.join(IMAGES, sent.liveness) };
    const job = params(4, files, 'liveness', '-liveness');
    const reply = await api.submit_job(job, [files('selfie'), liveness], {}, { return_job_status: false });
    assert.ok(reply.success);
  },
};

/** A lookup whose result comes by callback, and by status requests. */
async function later(receiver, job, id) {
  const api = new IDApi(partner, key, base);
  assert.deepEqual(await api.submitAsyncjob(job, id, receiver.url), { success: true });
  const reply = await api.pollJobStatus(job, 4, 50, true);
  assert.ok(reply.job_complete && reply.job_success);
  assert.equal(reply.result.ResultCode, '1012');
  await receiver.expect(job, ['1012']);
}

function params(type, form, user = 'user', suffix = '') {
  return { user_id: `node-${user}-${form.name}`, job_id: `node-${type}-${form.name}${suffix}`, job_type: type };
}

/** The response is that of an approved job. */
function complete(reply, code) {
  assert.ok(reply.job_complete && reply.job_success, JSON.stringify(reply));
  assert.equal(reply.code, '2302');
  assert.equal(reply.result.ResultCode, code);
  assert.deepEqual(reply.history[0], reply.result);
}

/** Its links return the submitted images, and there are no others. */
async function linked(reply, expected) {
  const there = Object.keys(reply.image_links).filter((name) => reply.image_links[name]);
  assert.deepEqual(there.sort(), Object.keys(expected).sort());
  for (const [name, subject] of Object.entries(expected)) {
    const image = await fetch(reply.image_links[name]);
    const bytes = Buffer.from(await image.arrayBuffer());
    assert.ok(bytes.equals(fs.readFileSync(path.join(IMAGES, sent[subject]))), name);
  }
}

async function refused(code, call) {
  await assert.rejects(call, (error) => error.response?.data?.code === code);
}

/** A partner's server, which receives callbacks. */
class Receiver {
  static async start() {
    const receiver = new Receiver();
    receiver.results = [];
    receiver.server = http.createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        receiver.results.push(JSON.parse(Buffer.concat(chunks)));
        response.end();
        receiver.server.emit('callback');
      });
    });
    await once(receiver.server.listen(0, '127.0.0.1'), 'listening');
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/callback`;
    return receiver;
  }

  /** The callbacks of a job arrived, with these codes, signed with our key. */
  async expect(job, codes) {
    const ofJob = () => this.results.filter((it) => it.PartnerParams.job_id === job.job_id);
    const timeout = AbortSignal.timeout(10_000);
    while (ofJob().length < codes.length) await once(this.server, 'callback', { signal: timeout });
    assert.deepEqual(ofJob().map((it) => it.ResultCode).sort(), [...codes].sort());
    for (const { timestamp, signature } of ofJob()) {
      assert.ok(new Signature(partner, key).confirm_signature(timestamp, signature));
    }
  }
}

async function main() {
  const receiver = await Receiver.start();
  const api = new WebApi(partner, receiver.url, key, base);
  const passed = (scenario) => console.log(JSON.stringify({ scenario, ok: true }));
  for (const form of [files, encoded]) {
    for (const [name, scenario] of Object.entries(withImages)) {
      await scenario(api, receiver, form);
      passed(`${name} ${form.name}`);
    }
  }
  for (const [name, scenario] of Object.entries(others)) {
    if (process.argv.includes(name, 3)) continue;
    await scenario(api, receiver);
    passed(name);
  }
  receiver.server.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
