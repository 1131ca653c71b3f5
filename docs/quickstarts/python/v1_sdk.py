"""Registers a selfie with the official Python package `smile-id-core`, and prints the result.

    pip install smileid-mock smile-id-core
    smileid-mock exec -- python v1_sdk.py selfie.jpg
"""

import os
import sys

from smile_id_core import WebApi

server = os.environ["SMILE_ID_ENVIRONMENT"] + "/v1"
api = WebApi(os.environ["SMILE_ID_PARTNER_ID"], "", os.environ["SMILE_ID_API_KEY"], server)
person = {"user_id": "user-1", "job_id": "job-1", "job_type": 4}
selfie = {"image_type_id": 0, "file_name": sys.argv[1]}
options = {
    "return_job_status": True,
    "return_history": False,
    "return_images": False,
    "use_enrolled_image": False,
}
result = api.submit_job(person, [selfie], {}, options)["result"]
print(result["ResultCode"], result["ResultText"])
