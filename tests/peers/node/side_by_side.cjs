// Calls the official JavaScript package, unmodified, once, and prints the outcome as a line of JSON.
//
// Run by `cargo xtask peers side-by-side`. Its argument says what to call, and if it is a repetition.

const { Utilities, WebApi } = require('smile-identity-core');

const PAUSES = 1 / 20; // the same as for the other clients
const options = { return_job_status: true, return_history: false, return_images: false };

const { setTimeout: later } = globalThis;
globalThis.setTimeout = (call, pause, ...rest) => later(call, pause * PAUSES, ...rest);

async function main(call) {
  let outcome;
  try {
    outcome = read(await submit(call));
  } catch (error) {
    const said = error?.response?.data?.code ?? error?.response?.status;
    const what = [error?.constructor?.name ?? String(error), ...(said ? [said] : [])].join(' ');
    outcome = { got: 'error', named: isNamed(error), what };
  }
  // The package may still send status requests after it has given up.
  process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit());
}

async function submit(call) {
  const job_type = { registration: 4, biometric_kyc: 1, lookup: 5 }[call.job];
  const job = { user_id: call.user_id, job_id: call.job_id, job_type };
  const person = { country: 'NG', id_type: 'BVN', id_number: '00000000000', entered: true };
  if (call.ask_first) {
    const known = await status(call);
    if (known?.job_complete) return known;
  }
  const api = new WebApi(call.partner_id, '', call.api_key, call.base);
  if (job_type === 5) return api.submit_job(job, null, person, options);
  const selfie = { image_type_id: 0, image: call.image };
  return api.submit_job(job, [selfie], job_type === 4 ? {} : person, options);
}

async function status(call) {
  try {
    return await new Utilities(call.partner_id, call.api_key, call.base).get_job_status(call.user_id, call.job_id);
  } catch (error) {
    if (error?.response) return null; // there is no such job
    throw error;
  }
}

function read(reply) {
  if ('job_complete' in reply) {
    return reply.job_complete ? { got: 'result', code: reply.result.ResultCode } : { got: 'not_yet' };
  }
  if (!reply.ResultCode) throw new TypeError('a reply without a result');
  return { got: 'result', code: reply.ResultCode };
}

/** True for a documented error: the package's, or its HTTP library's. */
function isNamed(error) {
  return error?.isAxiosError === true || error?.constructor === Error;
}

main(JSON.parse(process.argv[2]));
