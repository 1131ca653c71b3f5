#!/usr/bin/env bash
# Tries a receiver of callbacks: sends it genuine, forged and old ones, and checks the statuses of its responses.
#
#   smileid-mock exec -- bash callback.sh 8090 python callback.py 8090
set -euo pipefail

url=http://127.0.0.1:$1/callback
shift
set -m # the receiver and its children are a process group
"$@" &
trap 'kill -- -$!' EXIT
for ((tries = 100; tries > 0; tries--)); do # until it listens
  [[ $(curl --silent --output /dev/null --write-out '%{http_code}' "$url") == 000 ]] || break
  sleep 0.1
done

api() { curl --silent --show-error --fail-with-body --header 'Content-Type: application/json' "$@"; }

expect() { # a status, of the response to a callback of this version of the API, with this fault
  local expected=$1 version=$2 fault=$3 actual tries
  api --request DELETE "$SMILEID_MOCK_ADMIN/callbacks/rules" > /dev/null
  api --data "{\"then\": $fault}" "$SMILEID_MOCK_ADMIN/callbacks/rules" > /dev/null
  smileid-mock trigger callback --url "$SMILEID_MOCK_HTTP" --to "$url" --api "$version" > /dev/null
  for ((tries = 50; tries > 0; tries--)); do # until it has responded
    actual=$(api "$SMILEID_MOCK_ADMIN/callbacks" | jq '.callbacks[-1].attempts[0].received.status')
    [[ $actual == null ]] || break
    sleep 0.1
  done
  echo "$version $fault: $actual"
  [[ $actual == "$expected" ]] || { echo "expected $expected" >&2; exit 1; }
}
for version in v1 v3; do
  expect 200 $version '{}'
  expect 401 $version '{"wrong_signature": true}'
  expect 401 $version '{"stale": "10m"}'
  expect 401 $version '{"future": "10m"}'
done
