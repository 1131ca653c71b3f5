// A receiver of callbacks as in the official JavaScript package's documentation: `confirm_signature`, then the result is
// accepted. Run by `cargo xtask peers conformance`, which grades it. /state has the result of each job.

const http = require('node:http');
const { Signature } = require('smile-identity-core');

const signature = new Signature(process.env.SMILE_ID_PARTNER_ID, process.env.SMILE_ID_API_KEY);
const codes = {
  approved: ['0810', '0820', '0840', '1012', '1020', '1021', '1210', '1220', '1240'],
  provisional: ['0812', '0814', '0815', '0822', '0824', '0825', '0842', '0844', '0846', '1213'],
  rejected: ['0811', '0813', '0821', '0823', '0841', '0843', '1013', '1022', '1023', '1211', '1212', '1221', '1241'],
};
const jobs = new Map();

function receive(body) {
  const result = JSON.parse(body);
  if (!signature.confirm_signature(result.timestamp, result.signature)) return 401;
  const code = result.ResultCode;
  const decision = Object.keys(codes).find((kind) => codes[kind].includes(code)) ?? 'unknown';
  const job_id = result.PartnerParams?.job_id;
  if (job_id) jobs.set(job_id, { job_id, code, decision });
  return 200;
}

const server = http.createServer(async (request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(request.url === '/state' ? 200 : 405);
    response.end(JSON.stringify({ jobs: [...jobs.values()] }));
    return;
  }
  let status;
  try {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    status = receive(Buffer.concat(pieces).toString());
  } catch (error) {
    status = error instanceof SyntaxError ? 400 : 500; // what a web framework makes of it
  }
  response.writeHead(status).end();
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ http: `http://127.0.0.1:${server.address().port}` }));
});
