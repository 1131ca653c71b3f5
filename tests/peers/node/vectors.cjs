// Answers the questions of `smileid-conformance vectors --exec` with the official JavaScript package, unmodified.
//
// Run by `cargo xtask peers conformance`. It only translates: a task without a function in the package is unsupported.
// Jobs go through the package's own `submit_job`, whose HTTP library talks to a stub in this process.

const readline = require('node:readline');

const { Signature, WebApi } = require('smile-identity-core');
// The HTTP library of the package.
const axios = require(require.resolve('axios', { paths: [require.resolve('smile-identity-core')] }));

const BASE = 'https://api.example/v1';
const REPLY = {
  upload_url: 'https://uploads.example/selfie.zip', ref_id: '212-0000000001-x', smile_job_id: '0000000001',
  camera_config: 'null', code: '2202',
};
const RESULT = { ResultCode: '1012', ResultText: 'ID Number Validated', SmileJobID: '0000000001', Actions: {} };

const tasks = {
  sign({ partner_id, api_key, timestamp }) {
    try {
      return { signature: new Signature(partner_id, api_key).generate_signature(timestamp).signature };
    } catch (error) {
      // Thrown for a timestamp that is not a date.
      if (error instanceof RangeError) return refused(error);
      throw error;
    }
  },

  verify({ partner_id, api_key, timestamp, signature }) {
    return { accepted: new Signature(partner_id, api_key).confirm_signature(timestamp, signature) };
  },

  job: submit,
  archive: submit,
};

async function submit(question) {
  const { partner_id, api_key, job, default_callback } = question;
  if (job === null || typeof job !== 'object') return { unsupported: 'submit_job takes four arguments, not one job' };
  const stub = new Stub(question);
  const api = new WebApi(partner_id, default_callback ?? undefined, api_key, BASE);
  try {
    // This package's documentation uses an empty object for a job without an ID; null stays null.
    const id_info = 'id_info' in job ? job.id_info : {};
    await api.submit_job(job.partner_params, images(job.image_details), id_info, job.options);
  } catch (error) {
    if (stub.sent.length > 0) return { crashed: `${named(error)}, after it was sent to ${stub.sent[0].path}` };
    // The package throws a plain `Error`.
    if (error?.constructor === Error) return refused(error);
    throw error;
  }
  const archive = question.do === 'archive' && stub.archive ? { archive: stub.archive.toString('base64') } : {};
  return { sent: { ...stub.sent[0], ...archive } };
}

/** The same, with files under `image`, where this package has them. */
function images(details) {
  if (!Array.isArray(details)) return details;
  return details.map((image) => {
    if (image === null || typeof image !== 'object' || !('file_name' in image) || 'image' in image) return image;
    const { file_name, ...rest } = image;
    return { ...rest, image: file_name };
  });
}

/** The API and its storage: accepts everything and keeps the requests. */
class Stub {
  constructor(question) {
    this.question = question;
    this.sent = [];
    this.archive = null;
    axios.defaults.adapter = async (config) => {
      const url = new URL(/^https?:/.test(config.url) ? config.url : config.baseURL + config.url);
      const data = config.method === 'put' ? this.store(config.data) : this.answer(url.pathname, JSON.parse(config.data));
      return { status: 200, statusText: 'OK', headers: {}, config, request: {}, data };
    };
  }

  store(body) {
    this.archive = Buffer.from(body);
    return '';
  }

  answer(path, body) {
    this.sent.push({ path, body });
    if (path.endsWith('/upload')) return JSON.stringify(this.question.reply ?? REPLY);
    if (!path.endsWith('/job_status')) return JSON.stringify(RESULT);
    const { partner_id, api_key } = this.question;
    const signed = new Signature(partner_id, api_key).generate_signature();
    return JSON.stringify({ job_complete: true, job_success: true, code: '2302', result: RESULT, ...signed });
  }
}

function refused(error) {
  return { refused: { message: error.message } };
}

function named(error) {
  return `${error?.constructor?.name}: ${error?.message}`;
}

async function answer(question) {
  const task = tasks[question.do];
  if (!task) return { unsupported: 'the package hands results over as they are' };
  try {
    return await task(question);
  } catch (error) {
    return { crashed: named(error) };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    process.stdout.write(`${JSON.stringify({ id: question.id, ...(await answer(question)) })}\n`);
  }
}

main();
