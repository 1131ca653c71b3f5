#!/usr/bin/env bash
# Registers a selfie over version 1 with curl, openssl, zip and jq, and prints the decision.
#
#   pip install smileid-mock
#   smileid-mock exec -- bash v1.sh selfie.jpg
set -euo pipefail

server=$SMILE_ID_ENVIRONMENT/v1

signature() { # of a timestamp
  printf '%s%ssid_request' "$1" "$SMILE_ID_PARTNER_ID" |
    openssl dgst -sha256 -hmac "$SMILE_ID_API_KEY" -binary | base64
}
send() { # calls curl, and prints the response of a refusal on standard error
  local response
  response=$(curl --silent --show-error --fail-with-body --max-time 60 "$@") || { echo "$response" >&2; return 1; }
  echo "$response"
}
post() { # sends the JSON object of standard input to a path, with the members of the signature
  local timestamp
  timestamp=$(date -u +%Y-%m-%dT%H:%M:%S.000Z)
  jq --arg partner_id "$SMILE_ID_PARTNER_ID" --arg timestamp "$timestamp" --arg signature "$(signature "$timestamp")" \
    '. + {$partner_id, $timestamp, $signature}' |
    send --header 'Content-Type: application/json' --data @- "$server$1"
}
verify() { # fails unless the JSON object was signed with the API key, in the last hour
  local timestamp age
  timestamp=$(jq -r .timestamp <<< "$1")
  age=$(($(date +%s) - $(date -d "$timestamp" +%s)))
  if [[ $(jq -r .signature <<< "$1") != "$(signature "$timestamp")" ]] || ((age > 3600 || age < -3600)); then
    echo 'the signature is wrong, or the message is old' >&2
    exit 1
  fi
}

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cp "$1" "$folder/selfie.jpg" # before the job is announced
cat > "$folder/info.json" <<'JSON'
{
  "package_information": {"apiVersion": {"buildNumber": 0, "majorVersion": 2, "minorVersion": 0}, "language": "curl"},
  "id_info": {},
  "images": [{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}]
}
JSON
(cd "$folder" && zip -q -0 selfie.zip info.json selfie.jpg)

user_id=user-$(openssl rand -hex 8) job_id=job-$(openssl rand -hex 8)
job=$(post /upload <<JSON
{
  "source_sdk": "rest_api", "source_sdk_version": "1.0.0", "smile_client_id": "$SMILE_ID_PARTNER_ID",
  "file_name": "selfie.zip", "model_parameters": {}, "callback_url": "",
  "partner_params": {"user_id": "$user_id", "job_id": "$job_id", "job_type": 4}
}
JSON
)
send --header 'Content-Type: application/zip' --upload-file "$folder/selfie.zip" "$(jq -r .upload_url <<< "$job")"

for ((tries = 60; ; tries--)); do
  status=$(post /job_status <<< "{\"user_id\": \"$user_id\", \"job_id\": \"$job_id\", \"image_links\": false, \"history\": false}")
  verify "$status"
  [[ $(jq .job_complete <<< "$status") == true ]] && break
  ((tries > 0)) || { echo "no result yet: ask again for $job_id of $user_id" >&2; exit 1; }
  sleep 2
done

# 0840 and 1240 are the approvals of job type 4.
jq -r '.result | (if .ResultCode == "0840" or .ResultCode == "1240" then "approved" else "not approved" end)
  + ": " + .ResultCode + " " + .ResultText' <<< "$status"
