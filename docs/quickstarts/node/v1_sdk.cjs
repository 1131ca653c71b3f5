// Registers a selfie with the official JavaScript package `smile-identity-core`, and prints the result.
//
//   npm install smileid-mock smile-identity-core
//   npx smileid-mock exec -- node v1_sdk.cjs selfie.jpg

const { WebApi } = require('smile-identity-core');

const { SMILE_ID_PARTNER_ID, SMILE_ID_API_KEY, SMILE_ID_ENVIRONMENT } = process.env;

async function main() {
  const api = new WebApi(SMILE_ID_PARTNER_ID, '', SMILE_ID_API_KEY, `${SMILE_ID_ENVIRONMENT}/v1`);
  const person = { user_id: 'user-1', job_id: 'job-1', job_type: 4 };
  const selfie = { image_type_id: 0, image: process.argv[2] };
  const options = { return_job_status: true, return_history: false, return_images: false };
  const { result } = await api.submit_job(person, [selfie], {}, options);
  console.log(result.ResultCode, result.ResultText);
}

main();
