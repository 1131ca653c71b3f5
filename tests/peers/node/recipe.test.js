// The recipe of docs/guides/testing-with-vitest.md: `smileid-mock exec -- npx vitest run`.

import { beforeEach, expect, test } from 'vitest';
import { IDApi, WebApi } from 'smile-identity-core';

const base = `${process.env.SMILE_ID_ENVIRONMENT}/v1`;
const selfie = { image_type_id: 2, image: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP43+AAAARBAcAM0e2RAAAAAElFTkSuQmCC' }; // a PNG of one pixel
const options = { return_job_status: true };

/** A partner for this test only, with its own jobs, users and callbacks. */
let partner;
beforeEach(async () => {
  const headers = { 'Content-Type': 'application/json' };
  const url = `${process.env.SMILEID_MOCK_ADMIN}/partners`;
  partner = await (await fetch(url, { method: 'POST', headers, body: '{}' })).json();
});

test('a user enrols once', async () => {
  const api = new WebApi(partner.partner_id, '', partner.api_key, base);
  const job = { user_id: 'user-1', job_id: 'job-1', job_type: 4 };
  const status = await api.submit_job(job, [selfie], {}, options);
  expect(status.result.ResultCode).toBe('0840');

  const again = api.submit_job({ ...job, job_id: 'job-2' }, [selfie], {}, options);
  await expect(again).rejects.toMatchObject({ response: { data: { code: '2209' } } });
});

test('a face that does not match', async () => {
  const api = new WebApi(partner.partner_id, '', partner.api_key, base);
  const job = { user_id: 'user-1', job_id: 'job-1', job_type: 4, sandbox_result: '1' };
  const status = await api.submit_job(job, [selfie], {}, options);
  expect(status).toMatchObject({ job_success: false, result: { ResultCode: '0841' } });
});

test.each([
  ['00000000000', '1012'],
  ['00000000001', '1013'],
  ['00000000003', '1015'],
])('the ID number %s', async (id_number, code) => {
  const api = new IDApi(partner.partner_id, partner.api_key, base);
  const job = { user_id: 'user-1', job_id: `job-${id_number}`, job_type: 5 };
  const result = await api.submit_job(job, { country: 'NG', id_type: 'BVN', id_number });
  expect(result.ResultCode).toBe(code);
});
