"""Uses the example `onboarding` in a browser: fills in the form, follows the decision, and takes pictures.

Arguments: the program of the example, Chromium, an image of a selfie, and the folder for the pictures.
"""

import os
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import expect, sync_playwright

program, chromium, selfie, pictures = sys.argv[1:]
SIZE = {"width": 800, "height": 600}


def apply(page, url, number):
    page.goto(url)
    page.get_by_label("National identification number").fill(number)
    page.get_by_label("Selfie").set_input_files(selfie)


# Jobs take two seconds, so that the page of a job without a result can be seen.
admin, json = os.environ["SMILEID_MOCK_ADMIN"], {"Content-Type": "application/json"}
urlopen(Request(admin + "/scenarios", b'{"then": {"after": "2s"}}', json), timeout=10)

service = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
try:
    url = service.stdout.readline().strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        problems = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("requestfailed", lambda request: problems.append(request.url))

        apply(page, url, "00000000000")
        page.screenshot(path=Path(pictures, "onboarding-form.png"))
        page.get_by_role("button", name="Verify me").click()
        expect(page.get_by_role("status")).to_contain_text("We are checking your details")
        page.screenshot(path=Path(pictures, "onboarding-pending.png"))
        # The page changes by itself, once the callback has come and the API has confirmed it.
        expect(page.get_by_role("heading", name="Welcome!")).to_be_visible(timeout=20_000)
        page.screenshot(path=Path(pictures, "onboarding-approved.png"))
        approved = page.url

        apply(page, url, "00000000001")
        page.get_by_role("button", name="Verify me").click()
        expect(page.get_by_role("heading", name="We could not verify you")).to_be_visible(timeout=20_000)
        page.screenshot(path=Path(pictures, "onboarding-rejected.png"))

        # The page shows the decision without JavaScript too.
        plain = browser.new_context(java_script_enabled=False).new_page()
        plain.goto(approved)
        expect(plain.get_by_role("heading", name="Welcome!")).to_be_visible()

        assert not problems, problems
        browser.close()
finally:
    service.terminate()
    service.wait(timeout=10)
print("onboarding: approved and rejected in a browser")
