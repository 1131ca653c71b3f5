"""Calls the official Python package of version 3, unmodified, once, and prints the outcome as a line of JSON.

Run by `cargo xtask peers side-by-side`. Its argument says what to call. The API's id of a job that was accepted is kept, and
the next call waits for that job instead of submitting it again.
"""

import json
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from usesmileid import Client, Consent, UserDetails, errors

PAUSES = 1 / 20  # as with the other clients
TIMEOUT = 5

sleep = time.sleep
time.sleep = lambda seconds: sleep(seconds * PAUSES)


def main(call):
    try:
        outcome = {"got": "result", "code": submit(call)}
    except errors.TimeoutError:  # only the wait for a result raises it
        outcome = {"got": "not_yet"}
    except Exception as error:
        status = getattr(error, "status_code", None)
        what = " ".join([type(error).__name__, *([str(status)] if status else [])])
        named = isinstance(error, (errors.SmileIDError, FileNotFoundError))
        outcome = {"got": "error", "named": named, "what": what}
    print(json.dumps(outcome), flush=True)


def submit(call):
    smile = Client(
        partner_id=call["partner_id"].lstrip("0"),
        api_key=call["api_key"],
        base_url=call["origin"],
        default_callback_url="https://partner.example/hook",
        timeout=TIMEOUT,
    )
    kept = Path(call["kept"])
    if not kept.exists():
        kept.write_text(accepted(smile, call).job_id)
    done = smile.verifications.wait_until_complete(kept.read_text(), interval=2, timeout=60 * PAUSES)
    return done.status


def accepted(smile, call):
    clear = {
        "user_details": UserDetails(
            given_names="Amina Fatou", last_name="Clearwater", email="amina.clearwater@example.com"
        ),
        "consent": Consent.granted(
            granted_at=datetime.now(timezone.utc),
            notice_language="EN",
            notice_privacy_policy_url="https://partner.example/privacy",
        ),
    }
    if call["job"] == "v3_lookup":
        return smile.enhanced_kyc.verify(country="NG", id_type="BVN", id_number="00000000000", **clear)
    image = Path(call["image"]).read_bytes()
    return smile.biometric.enroll(selfie_image=image, liveness_images=[image] * 6, **clear)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
