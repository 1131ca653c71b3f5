"""Looks up an ID number over version 3 with the official Python package `usesmileid`, and prints the status.

    pip install smileid-mock usesmileid
    smileid-mock exec -- python v3_sdk.py
"""

import os
from datetime import datetime, timezone

from usesmileid import Client, Consent, UserDetails

smile = Client(
    partner_id=os.environ["SMILE_ID_PARTNER_ID"].lstrip("0"),
    api_key=os.environ["SMILE_ID_API_KEY"],
    base_url=os.environ["SMILE_ID_ENVIRONMENT"],
)
job = smile.enhanced_kyc.verify(
    country="NG",
    id_type="BVN",
    id_number="00000000000",
    user_details=UserDetails(
        given_names="Amina Fatou", last_name="Clearwater", email="amina.clearwater@example.com"
    ),
    consent=Consent.granted(
        granted_at=datetime.now(timezone.utc),
        notice_language="EN",
        notice_privacy_policy_url="https://partner.example/privacy",
    ),
)
print(smile.verifications.wait_until_complete(job.job_id).status)
