#!/usr/bin/env bash
# Looks up an ID number over version 3 with curl and jq, and prints the status.
#
#   pip install smileid-mock
#   smileid-mock exec -- bash v3.sh
set -euo pipefail

server=$SMILE_ID_ENVIRONMENT/v3
send() { # calls curl, and prints the response of a refusal on standard error
  local response
  response=$(curl --silent --show-error --fail-with-body --max-time 30 "$@") || { echo "$response" >&2; return 1; }
  echo "$response"
}

# The token is valid for 15 minutes. The partner id has no leading zeros here.
token=$(send --request POST --header "SmileID-Partner-ID: $(sed 's/^0*//' <<< "$SMILE_ID_PARTNER_ID")" \
  --header "SmileID-API-Key: $SMILE_ID_API_KEY" "$server/token" | jq -r .token)

# A request that arrives is a job, and is billed: do not repeat it.
person='{"given_names": "Amina Fatou", "last_name": "Clearwater", "email": "amina.clearwater@example.com"}'
consent=$(jq -n '{granted: true, granted_at: (now | todate), notice_language: "EN",
  notice_privacy_policy_url: "https://partner.example/privacy"}')
job_id=$(send --header "SmileID-Token: $token" \
  --form country=NG --form id_type=BVN --form id_number=00000000000 \
  --form-string "user_details=$person" --form-string "consent=$consent" \
  --form callback_url=https://partner.example/callback "$server/enhanced_kyc" | jq -r .job_id)

# The status is not signed: TLS proves who sent it. A job may be unknown (404) for a moment.
for ((tries = 60; ; tries--)); do
  status=$(curl --silent --show-error --max-time 30 --header "SmileID-Token: $token" "$server/status/$job_id" | jq -r .status)
  [[ $status == processing || $status == not_found ]] || break
  ((tries > 0)) || { echo "no result yet: ask again for $job_id" >&2; exit 1; }
  sleep 2
done

# `attention` and `block` are not approvals, and neither is a status that is not known.
if [[ $status == clear ]]; then echo approved; else echo "not approved: $status"; fi
