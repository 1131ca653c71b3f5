"""A receiver of callbacks as in the official Python package's documentation: `confirm_signature`, then the result is accepted.
Run by `cargo xtask peers conformance`, which grades it. /state has the result of each job."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from smile_id_core import Signature

signature = Signature(os.environ["SMILE_ID_PARTNER_ID"], os.environ["SMILE_ID_API_KEY"])
approved = {"0810", "0820", "0840", "1012", "1020", "1021", "1210", "1220", "1240"}
provisional = {"0812", "0814", "0815", "0822", "0824", "0825", "0842", "0844", "0846", "1213"}
rejected = {"0811", "0813", "0821", "0823", "0841", "0843", "1013", "1022", "1023", "1211", "1212", "1221", "1241"}
jobs = {}


def receive(body):
    result = json.loads(body)
    if not signature.confirm_signature(result.get("timestamp"), result.get("signature")):
        return 401
    code = result.get("ResultCode")
    kinds = [("approved", approved), ("provisional", provisional), ("rejected", rejected)]
    decision = next((kind for kind, codes in kinds if code in codes), "unknown")
    job_id = result.get("PartnerParams", {}).get("job_id")
    if job_id:
        jobs[job_id] = {"job_id": job_id, "code": code, "decision": decision}
    return 200


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        try:
            status = receive(self.body())
        except json.JSONDecodeError:
            status = 400
        except Exception:
            status = 500  # what a web framework makes of it
        self.answer(status, b"")

    def do_GET(self):
        found = self.path == "/state"
        self.answer(200 if found else 405, json.dumps({"jobs": list(jobs.values())}).encode() if found else b"")

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = []  # http.server leaves chunks to us
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        return b"".join(pieces)

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(json.dumps({"http": f"http://127.0.0.1:{server.server_port}"}), flush=True)
server.serve_forever()
