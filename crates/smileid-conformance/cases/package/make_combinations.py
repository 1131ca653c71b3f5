"""Makes the archives of a Biometric KYC with every combination of images. Selfie, front of the card, back of the card
and liveness images are each a file, in base64, or missing.

    python3 make_combinations.py && python3 archives.py --write

Image types, entries and info.json follow the wire reference, sections 4.2 to 4.4; everything but the images is taken from
jt1_two_files.json, which was recorded. archives.py lays the archives out and computes their lengths and sums.
"""

import base64
import copy
import itertools
import json
import pathlib

FOLDER = pathlib.Path(__file__).parent
TEMPLATE = json.loads((FOLDER / "jt1_two_files.json").read_text(encoding="utf-8"))
ALL = json.loads((FOLDER / "jt1_all_files.json").read_text(encoding="utf-8"))["build"]["files"]

# For each kind of image: the image type for files, the image type for base64, and the files.
SUBJECTS = {
    "selfie": (0, 2, ["selfie.jpg"]),
    "card": (1, 3, ["id_card.png"]),
    "back": (5, 7, ["id_back.jpg"]),
    "liveness": (4, 6, ["live_0.jpg", "live_1.jpg"]),
}
WORDS = {"selfie": "the selfie", "card": "the front of the card", "back": "the back of the card", "liveness": "liveness images"}
FORMS = {"selfie": ["file", "base64"], "card": ["no", "file", "base64"], "back": ["no", "file", "base64"],
         "liveness": ["no", "file", "base64"]}


def make(forms):
    case = copy.deepcopy(TEMPLATE)
    there = {subject: form for subject, form in forms.items() if form != "no"}
    name = "images_" + "_".join(f"{subject}_{form}" for subject, form in there.items())
    words = [f"{WORDS[subject]} {'as a file' if form == 'file' else 'in base64'}" for subject, form in there.items()]
    images = ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0]
    case["id"] = f"package/{name}"
    case["description"] = f"A Biometric KYC with {images}: files become entries of the archive, base64 is in info.json"
    case["source"] = ("wire reference, sections 4.2 to 4.4, by make_combinations.py; length and SHA-256 by archives.py, a "
                      "second implementation of the layout")
    build = case["build"]
    details, images, entries, files = [], [], [{"name": "info.json"}], {}
    for subject, form in there.items():
        as_file, as_base64, names = SUBJECTS[subject]
        for file in names:
            if form == "file":
                details.append({"image_type_id": as_file, "image": file})
                images.append({"image_type_id": as_file, "image": "", "file_name": file})
                entries.append({"name": file, "file": file})
                files[file] = ALL[file]
            else:
                text = base64.b64encode(base64.b64decode(ALL[file])).decode()
                details.append({"image_type_id": as_base64, "image": text})
                images.append({"image_type_id": as_base64, "image": text, "file_name": ""})
    build["job"]["image_details"] = details
    build["files"] = files
    build["expect"]["entries"] = entries
    build["expect"]["info"]["images"] = images
    text = json.dumps(case, ensure_ascii=False, indent=2) + "\n"
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


made = 0
for combination in itertools.product(*FORMS.values()):
    forms = dict(zip(FORMS, combination))
    if forms["card"] == "no" and forms["back"] != "no":
        continue  # a back without a front
    make(forms)
    made += 1
print(made, "cases")
