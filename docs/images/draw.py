"""Draw the test images that the examples and the end-to-end tests use.

Everything is drawn from shapes and a fixed seed: no photograph, and nobody
who exists. Running it again gives the same files.

    python3 -m venv .venv
    .venv/bin/pip install pillow==13.0.0 numpy==2.4.6
    .venv/bin/python docs/images/draw.py

It writes beside itself:

    selfie.jpg, selfie.png      a portrait, 1200 x 1600
    id_card.jpg, id_card.png    the front of an invented card, 1600 x 1010
    id_card_back.jpg            its back, 1600 x 1010

The card shows the sample person that the API's sandbox publishes. Fonts are
the ones inside Pillow. All coordinates are in final pixels; the drawing is
made at twice that size and reduced, which smooths the edges.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

SEED = 20000920
SCALE = 2
SELFIE_SIZE = (1200, 1600)
CARD_SIZE = (1600, 1010)

# Grain gives the pictures the weight of a camera's file: (JPEG, PNG) strength.
GRAIN_JPEG = 5.0
GRAIN_PNG = 1.1

PERSON = {
    "first": "Joe",
    "middle": "Doe",
    "last": "Leo",
    "born": "2000-09-20",
    "sex": "M",
    "number": "00000000000",
    "expires": "2021-08-15",
}

# The pen's way through the signature on the card.
SIGNATURE = [
    [(10, -66), (62, -74), (50, -20), (30, 14), (2, 6), (30, -22), (70, -30), (58, -10), (78, -4)]
    + [(86, -28), (70, -30), (100, -20), (122, -30), (112, -36), (106, -12), (132, -8), (150, -18)],
    [(190, -78), (176, -24), (168, -4), (216, -6), (236, -26), (224, -34), (220, -8), (248, -10)]
    + [(266, -32), (252, -14), (270, -4), (284, -24), (268, -32), (320, -18), (392, -30)],
]

SKIN = (184, 125, 88)
SKIN_LIGHT = (226, 172, 130)
SKIN_SHADE = (128, 76, 52)
SKIN_DEEP = (84, 44, 32)
BLUSH = (196, 96, 76)
HAIR = (38, 27, 25)
HAIR_LIGHT = (112, 80, 66)
INK = (34, 48, 66)
RED = (178, 42, 48)


# --- drawing tools ---------------------------------------------------------


def smooth(points, closed=True, steps=14):
    """A Catmull-Rom curve through the points."""
    p = np.asarray(points, dtype=float)
    if closed:
        p = np.vstack([p[-1], p, p[:2]])
    else:
        p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    curve = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:])
    ]
    return np.vstack(curve if closed else curve + [p[-2:-1]])


def stroke(points, width, ends=(0.1, 0.1)):
    """The outline of a brush stroke; `ends` is the share of width at each end."""
    line = smooth(points, closed=False)
    along = np.gradient(line, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    t = np.linspace(0, 1, len(line))
    taper = np.sin(np.pi * t) ** 0.7
    half = width / 2 * np.maximum(taper, ends[0] + (ends[1] - ends[0]) * t)[:, None]
    return np.vstack([line + normal * half, (line - normal * half)[::-1]])


def ellipse(x, y, rx, ry):
    """An ellipse as an outline."""
    a = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    return np.stack([x + rx * np.cos(a), y + ry * np.sin(a)], axis=1)


def mirrored(half, x=600):
    """A closed curve from its right half, given as (distance from x, y)."""
    other_half = [point for point in reversed(half) if point[0]]
    return smooth(across(1, *half, x=x) + across(-1, *other_half, x=x))


def across(side, *points, x=600):
    """Points given as (distance from x, y), on the right (1) or the left (-1)."""
    return [(x + side * dx, y) for dx, y in points]


def blend(a, b, t):
    """The colour at t on the way from a to b."""
    return tuple(round(v + (w - v) * t) for v, w in zip(a, b))


class Canvas:
    """A picture painted in layers, in final coordinates, at SCALE."""

    def __init__(self, size, colour):
        self.size = size
        self.image = Image.new("RGB", (size[0] * SCALE, size[1] * SCALE), colour)
        self.pen = ImageDraw.Draw(self.image)

    def mask(self, *outlines, blur=0, within=None):
        """Where the outlines are, softened, and kept inside another mask."""
        mask = Image.new("L", self.image.size)
        draw = ImageDraw.Draw(mask)
        for outline in outlines:
            draw.polygon([(x * SCALE, y * SCALE) for x, y in outline], fill=255)
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE))
        if within is not None:
            mask = ImageChops.multiply(mask, within)
        return mask

    def fill(self, mask, colour, opacity=1.0):
        """Lay a colour over a mask."""
        if opacity < 1:
            mask = mask.point([round(v * opacity) for v in range(256)])
        self.image.paste(colour, (0, 0), mask)

    def paint(self, *outlines, colour, opacity=1.0, **how):
        """Lay a colour over outlines."""
        self.fill(self.mask(*outlines, **how), colour, opacity)

    def dab(self, outline, colour):
        """A small hard shape, without the cost of a mask."""
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in outline], fill=colour)

    def box(self, x0, y0, x1, y1, radius=0, **style):
        """A rectangle with round corners."""
        style["width"] = style.get("width", 1) * SCALE
        corners = [v * SCALE for v in (x0, y0, x1, y1)]
        self.pen.rounded_rectangle(corners, radius * SCALE, **style)

    def line(self, points, colour, width):
        """A line of even width."""
        points = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.line(points, fill=colour, width=round(width * SCALE), joint="curve")

    def text(self, x, y, text, size, colour=INK, bold=0.0, anchor="ls"):
        """Text on its baseline, in the font that ships with Pillow."""
        self.pen.text(
            (x * SCALE, y * SCALE),
            text,
            fill=colour,
            font=ImageFont.load_default(size * SCALE),
            anchor=anchor,
            stroke_width=bold * SCALE,
        )

    def finished(self):
        """The picture at its final size."""
        return self.image.resize(self.size, Image.Resampling.LANCZOS)


def backdrop(size, centre, inner, outer):
    """A soft round gradient."""
    width, height = size[0] * SCALE, size[1] * SCALE
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    far = np.hypot(x / width - centre[0], (y / height - centre[1]) * height / width)
    t = np.clip(far / 0.95, 0, 1)[..., None] ** 1.3
    return Image.fromarray((np.float32(inner) * (1 - t) + np.float32(outer) * t).astype(np.uint8))


# --- the portrait ----------------------------------------------------------


def portrait():
    """The drawn person, from the chest up, 1200 x 1600."""
    rng = np.random.default_rng(SEED)
    c = Canvas(SELFIE_SIZE, "white")
    c.image.paste(backdrop(SELFIE_SIZE, (0.42, 0.5), (226, 233, 232), (150, 174, 180)))

    head = mirrored(
        [(0, 330), (120, 345), (203, 410), (239, 520), (246, 620), (240, 720), (225, 812)]
        + [(196, 892), (142, 964), (76, 1013), (0, 1026)]
    )
    draw_body(c, head)
    draw_ears(c)
    face = c.mask(head)
    draw_face(c, face)
    draw_nose(c, face)
    draw_mouth(c, face)
    for side in (1, -1):
        draw_eye(c, face, side, rng)
    draw_hair(c, face, rng)
    return c.finished()


def draw_body(c, head):
    """Neck, shoulders and a knitted jumper."""
    neck = mirrored([(0, 860), (138, 860), (139, 980), (148, 1060), (200, 1130), (240, 1260), (0, 1300)])
    skin = c.mask(neck)
    c.fill(skin, SKIN)
    c.paint(ellipse(520, 1150, 80, 60), colour=SKIN_LIGHT, opacity=0.4, blur=30, within=skin)
    c.paint(ellipse(760, 1060, 110, 240), colour=SKIN_SHADE, opacity=0.8, blur=34, within=skin)
    c.paint(ellipse(440, 1020, 40, 160), colour=SKIN_SHADE, opacity=0.6, blur=22, within=skin)
    c.paint(head + (12, 66), colour=SKIN_DEEP, opacity=0.55, blur=16, within=skin)
    c.paint(head + (6, 22), colour=SKIN_DEEP, opacity=0.5, blur=14, within=skin)
    for side in (1, -1):
        cord = across(side, (22, 1206), (44, 1160), (92, 1050))
        c.paint(stroke(cord, 26), colour=SKIN_SHADE, opacity=0.6, blur=8, within=skin)
    c.paint(ellipse(600, 1204, 22, 18), colour=SKIN_DEEP, opacity=0.45, blur=9, within=skin)

    collar = across(-1, (176, 1092), (154, 1156), (90, 1212)) + [(600, 1232)]
    collar += across(1, (90, 1212), (154, 1156), (176, 1092))
    rim = smooth(collar, closed=False)
    shoulder = ((176, 1092), (214, 1106), (290, 1150), (400, 1198), (500, 1262), (560, 1380), (596, 1640))
    torso = [smooth(across(side, *shoulder), closed=False) for side in (1, -1)]
    jumper = c.mask(np.vstack([rim, torso[0], torso[1][::-1]]))
    c.paint(rim - (0, 10), rim[::-1] - (0, 40), colour=SKIN_DEEP, opacity=0.4, blur=10, within=skin)
    c.fill(jumper, (44, 92, 104))
    # Knit: fine columns that follow the shoulders' fall.
    wales = [
        stroke([(600 + k * 17, 1080 + abs(k) * 2), (600 + k * 17.6, 1340), (600 + k * 17.2, 1640)], 5, (1, 1))
        for k in range(-36, 37)
    ]
    c.paint(*wales, colour=(30, 70, 82), opacity=0.38, blur=1.5, within=jumper)
    c.paint(ellipse(300, 1290, 230, 90), colour=(112, 164, 170), opacity=0.42, blur=60, within=jumper)
    c.paint(ellipse(1080, 1520, 210, 280), colour=(14, 42, 54), opacity=0.62, blur=70, within=jumper)
    c.paint(ellipse(600, 1330, 260, 60), colour=(20, 54, 66), opacity=0.35, blur=50, within=jumper)
    for side in (1, -1):
        fold = across(side, (392, 1390), (400, 1480), (378, 1620))
        c.paint(stroke(fold, 26), colour=(14, 42, 54), opacity=0.55, blur=9, within=jumper)

    # The ribbed band at the neck.
    centre = np.array([600, 1040])
    width = (0.3 + 0.7 * np.sin(np.linspace(0, np.pi, len(rim))) ** 0.4)[:, None]
    outer = rim + (rim - centre) * (0.2, 0.25) * width
    band = c.mask(np.vstack([rim, outer[::-1]]))
    c.fill(c.mask(np.vstack([rim, outer[::-1]]) + (4, 10), blur=8, within=jumper), (14, 42, 54), 0.6)
    c.fill(band, (52, 106, 118))
    ribs = [stroke([rim[i], outer[i]], 5, (1, 1)) for i in range(1, len(rim) - 1, 2)]
    c.paint(*ribs, colour=(28, 68, 80), opacity=0.65, blur=1, within=band)
    c.paint(ellipse(760, 1210, 90, 110), colour=(14, 42, 54), opacity=0.5, blur=30, within=band)


def draw_ears(c):
    """Both ears, seen from the front."""
    for side in (1, -1):
        top = [(226, 630), (256, 604), (284, 612), (297, 664), (288, 718)]
        lobe = [(272, 752), (262, 794), (240, 806), (222, 760)]
        hollow = [(240, 664), (262, 640), (277, 668), (270, 704), (258, 728), (256, 752), (240, 754)]
        fold = stroke(across(side, (262, 668), (266, 694), (254, 722)), 14)
        rim = stroke(across(side, (250, 622), (276, 624), (288, 664), (280, 716)), 12)
        ear = c.mask(smooth(across(side, *top, *lobe)))
        c.fill(ear, blend(SKIN, SKIN_SHADE, 0.1 if side < 0 else 0.45))
        c.paint(smooth(across(side, *hollow)), colour=SKIN_DEEP, opacity=0.75, blur=6, within=ear)
        c.paint(fold, colour=SKIN, opacity=0.8, blur=4, within=ear)
        c.paint(rim, colour=SKIN_LIGHT, opacity=0.8, blur=4, within=ear)
        c.paint(ellipse(600 + side * 232, 700, 16, 110), colour=SKIN_DEEP, opacity=0.8, blur=7, within=ear)
        c.paint(ellipse(600 + side * 256, 780, 10, 14), colour=SKIN_LIGHT, opacity=0.5, blur=6, within=ear)


def draw_face(c, face):
    """The skin of the face: light from the upper left."""
    c.fill(face, SKIN)
    c.paint(ellipse(500, 540, 170, 120), colour=SKIN_LIGHT, opacity=0.7, blur=55, within=face)
    c.paint(ellipse(500, 760, 110, 120), colour=SKIN_LIGHT, opacity=0.35, blur=50, within=face)
    c.paint(ellipse(880, 760, 120, 420), colour=SKIN_SHADE, opacity=0.95, blur=48, within=face)
    c.paint(ellipse(322, 860, 70, 300), colour=SKIN_SHADE, opacity=0.8, blur=36, within=face)
    c.paint(ellipse(770, 950, 90, 90), colour=SKIN_SHADE, opacity=0.7, blur=40, within=face)
    c.paint(ellipse(440, 970, 70, 70), colour=SKIN_SHADE, opacity=0.55, blur=36, within=face)
    c.paint(ellipse(610, 1050, 200, 46), colour=SKIN_SHADE, opacity=0.85, blur=22, within=face)
    for side, light in ((-1, 0.6), (1, 0.34)):
        x = 600 + side * 138
        c.paint(ellipse(x, 786, 70, 52), colour=BLUSH, opacity=0.22, blur=34, within=face)
        c.paint(ellipse(x, 742, 56, 26), colour=SKIN_LIGHT, opacity=light, blur=22, within=face)
        # The socket of the eye, and the fold beside the mouth.
        c.paint(ellipse(600 + side * 104, 634, 76, 40), colour=SKIN_SHADE, opacity=0.5, blur=20, within=face)
        c.paint(ellipse(600 + side * 44, 640, 20, 40), colour=SKIN_DEEP, opacity=0.32, blur=16, within=face)
        fold = across(side, (62, 800), (100, 836), (120, 884))
        c.paint(stroke(fold, 13), colour=SKIN_SHADE, opacity=0.5, blur=6, within=face)
    c.paint(ellipse(592, 978, 54, 24), colour=SKIN_LIGHT, opacity=0.45, blur=18, within=face)
    c.paint(ellipse(600, 944, 62, 12), colour=SKIN_DEEP, opacity=0.4, blur=11, within=face)


def draw_nose(c, face):
    """The nose: a lit bridge, a shaded side, wings and nostrils."""
    shade = smooth([(622, 620), (634, 700), (650, 770), (662, 806), (628, 812), (624, 740), (612, 660)])
    c.paint(shade, colour=SKIN_SHADE, opacity=0.6, blur=11, within=face)
    left = stroke([(578, 640), (572, 710), (556, 780)], 14)
    bridge = stroke([(598, 610), (597, 690), (596, 764)], 26)
    below = smooth([(548, 806), (600, 834), (652, 806), (640, 838), (600, 850), (560, 838)])
    c.paint(left, colour=SKIN_SHADE, opacity=0.25, blur=9, within=face)
    c.paint(bridge, colour=SKIN_LIGHT, opacity=0.62, blur=9, within=face)
    c.paint(below, colour=SKIN_DEEP, opacity=0.42, blur=10, within=face)
    c.paint(ellipse(597, 782, 30, 24), colour=SKIN_LIGHT, opacity=0.5, blur=12, within=face)
    for side in (1, -1):
        nostril = smooth(across(side, (15, 815), (27, 805), (42, 808), (38, 818), (24, 821)))
        wing = stroke(across(side, (44, 772), (58, 792), (54, 815), (40, 819)), 8)
        c.paint(nostril, colour=(58, 28, 22), opacity=0.85, blur=2.5)
        c.paint(wing, colour=SKIN_DEEP, opacity=0.62, blur=2.5)
    c.paint(stroke([(582, 822), (600, 830), (618, 822)], 6), colour=SKIN_DEEP, opacity=0.5, blur=2.5)
    c.paint(ellipse(592, 776, 9, 7), colour=(255, 226, 200), opacity=0.6, blur=5)


def draw_mouth(c, face):
    """A closed, friendly mouth."""
    line = [(506, 870), (548, 884), (582, 888), (600, 891), (618, 888), (652, 884), (694, 870)]
    parting = smooth(line, closed=False)
    top = [(694, 870), (650, 861), (618, 851), (600, 857), (582, 851), (550, 861), (506, 870)]
    bottom = [(694, 870), (662, 904), (632, 921), (600, 925), (568, 921), (538, 904), (506, 870)]
    upper = c.mask(np.vstack([parting, smooth(top, closed=False)]), blur=1)
    lower = c.mask(np.vstack([parting, smooth(bottom, closed=False)]), blur=1)
    c.paint(stroke([(586, 838), (590, 850)], 8), colour=SKIN_SHADE, opacity=0.4, blur=4)
    c.fill(upper, (142, 76, 64))
    c.fill(lower, (174, 100, 82))
    c.paint(ellipse(580, 908, 46, 9), colour=(232, 160, 140), opacity=0.7, blur=7, within=lower)
    c.paint(ellipse(660, 905, 36, 30), colour=(116, 50, 46), opacity=0.5, blur=14, within=lower)
    shine = stroke([(540, 866), (580, 857), (600, 862)], 8)
    c.paint(shine, colour=(190, 112, 96), opacity=0.5, blur=4, within=upper)
    c.paint(stroke(line, 8), colour=(70, 26, 26), opacity=0.9, blur=1)
    for side in (1, -1):
        corner = across(side, (86, 877), (97, 872), (103, 862))
        c.paint(stroke(corner, 8), colour=SKIN_DEEP, opacity=0.7, blur=2.5, within=face)


def draw_eye(c, face, side, rng):
    """One eye and its brow; `side` is 1 for the right of the picture."""
    lid = across(side, (58, 667), (74, 648), (104, 633), (136, 637), (163, 655))
    under = across(side, (163, 655), (146, 671), (116, 681), (84, 677), (58, 667))
    upper_line, lower_line = smooth(lid, closed=False), smooth(under, closed=False)
    eye = c.mask(np.vstack([upper_line, lower_line]), blur=0.6)
    x, y = 600 + side * 111, 656

    c.fill(eye, (240, 234, 226))
    c.paint(ellipse(600 + side * 60, 667, 9, 7), colour=(206, 128, 112), blur=3, within=eye)
    iris = c.mask(ellipse(x, y, 26, 26), blur=0.8, within=eye)
    c.fill(iris, (48, 28, 20))
    c.paint(ellipse(x, y, 22, 22), colour=(96, 58, 34), blur=2, within=iris)
    c.paint(ellipse(x + 3, y + 11, 15, 9), colour=(168, 108, 62), opacity=0.8, blur=5, within=iris)
    rays = [
        stroke([(x + 11 * np.cos(a), y + 11 * np.sin(a)), (x + 22 * np.cos(a), y + 22 * np.sin(a))], 1.6)
        for a in rng.uniform(0, 2 * np.pi, 44)
    ]
    c.paint(*rays, colour=(44, 24, 16), opacity=0.6, within=iris)
    c.paint(ellipse(x, y, 11, 11), colour=(14, 9, 9), blur=0.8, within=iris)
    lid_shadow = np.vstack([upper_line - (0, 6), (upper_line + (0, 9))[::-1]])
    c.paint(lid_shadow, colour=(50, 30, 28), opacity=0.6, blur=5, within=eye)
    c.paint(ellipse(x - 8, y - 9, 6, 6), colour=(255, 255, 255), blur=0.8)
    c.paint(ellipse(x + 9, y + 9, 3, 3), colour=(255, 240, 226), opacity=0.6, blur=1)

    c.paint(stroke(lid, 10, (0.3, 0.6)), colour=(32, 18, 16), blur=0.7)
    c.paint(stroke(under, 4), colour=SKIN_DEEP, opacity=0.7, blur=1.2)
    crease = stroke(across(side, (66, 640), (100, 618), (140, 620), (168, 640)), 6)
    shine = stroke(across(side, (76, 634), (104, 624), (138, 627)), 8)
    bag = stroke(across(side, (72, 694), (112, 704), (152, 690)), 8)
    c.paint(crease, colour=SKIN_DEEP, opacity=0.75, blur=2)
    c.paint(shine, colour=SKIN_LIGHT, opacity=0.4, blur=3.5)
    c.paint(bag, colour=SKIN_SHADE, opacity=0.4, blur=5, within=face)
    lashes = []
    for t in np.linspace(0.5, 1, 9):
        px, py = upper_line[int(t * (len(upper_line) - 1))]
        lashes.append(stroke([(px, py), (px + side * 4 * t, py - 3), (px + side * 10 * t, py - 5)], 3))
    c.paint(*lashes, colour=(28, 16, 14), opacity=0.7, blur=0.6)

    # The brow: a soft base under single hairs that lean outwards.
    spine = smooth(across(side, (50, 598), (88, 582), (130, 574), (164, 584), (190, 604)), closed=False)
    thick = np.interp(np.linspace(0, 1, len(spine)), [0, 0.2, 0.6, 1], [9, 13, 10, 2])[:, None]
    base = np.vstack([spine - (0, 1) * thick, (spine + (0, 1) * thick)[::-1]])
    c.paint(base, colour=HAIR, opacity=0.62, blur=4, within=face)
    hairs = []
    for t in rng.uniform(0, 0.97, 170):
        i = int(t * len(spine))
        px, py = spine[i] + (rng.normal(0, 2), rng.uniform(-0.7, 1.0) * thick[i, 0])
        out, rise = side * (6 + 15 * t), -(12 - 14 * t)
        hairs.append(stroke([(px, py), (px + out * 0.6, py + rise * 0.7), (px + out, py + rise)], 2.4))
    c.paint(*hairs, colour=HAIR, opacity=0.8, blur=0.4, within=face)


def draw_hair(c, face, rng):
    """Short sides that fade into the skin, and curls on top."""
    for side in (1, -1):
        # Sharp towards the background, soft towards the face.
        temple = [(120, 380), (236, 380), (255, 470), (257, 560), (247, 640), (120, 700)]
        edge = c.mask(smooth(across(side, *temple)), blur=0.8)
        c.fill(ImageChops.multiply(edge, ImageChops.invert(face)), SKIN_DEEP)
        fade = [(330, 380), (196, 400), (203, 470), (222, 540), (229, 600), (232, 650), (330, 680)]
        c.paint(smooth(across(side, *fade)), colour=HAIR, opacity=0.94, blur=10, within=edge)
    hairline = [(356, 492), (380, 450), (440, 420), (530, 408), (610, 404)]
    hairline += [(690, 410), (764, 426), (820, 452), (844, 492)]
    crown = [(848, 472), (856, 400), (832, 318), (764, 250), (670, 212)]
    crown += [(560, 208), (450, 236), (374, 304), (344, 392), (352, 472)]
    rim = smooth(crown, closed=False)
    outline = np.vstack([smooth(hairline, closed=False), rim])
    c.paint(outline + (10, 24), colour=SKIN_DEEP, opacity=0.7, blur=14, within=face)
    hair = c.mask(outline)
    c.fill(hair, HAIR)

    places = [tuple(point) for point in rim[::3]]
    inside = hair.load()
    while len(places) < 700:
        x, y = rng.uniform(330, 870), rng.uniform(220, 500)
        if inside[int(x * SCALE), int(y * SCALE)] > 128:
            places.append((x, y))
    places.sort(key=lambda place: np.hypot(place[0] - 600, place[1] - 520), reverse=True)
    for x, y in places:
        radius = rng.uniform(13, 24) * np.interp(y, [380, 480], [1, 0.6])
        light = np.clip(1.1 - np.hypot(x - 490, (y - 290) * 1.2) / 330, 0.12, 1)
        draw_curl(c, x, y, radius, rng.uniform(0, 2 * np.pi), light)


def draw_curl(c, x, y, radius, turn, light):
    """One curl: a dark disc with arcs of lighter strands."""
    c.dab(ellipse(x, y, radius, radius * 0.9), blend(HAIR, HAIR_LIGHT, 0.05 + 0.14 * light))
    for share, bright in ((0.88, 0.35), (0.66, 0.9), (0.44, 0.5), (0.22, 0.3)):
        r = radius * share
        a = np.linspace(turn, turn + 4.2, 7)
        arc = np.stack([x + r * np.cos(a), y + r * 0.9 * np.sin(a)], axis=1)
        c.dab(stroke(arc, radius * 0.17), blend(HAIR, HAIR_LIGHT, bright * light))


# --- the card --------------------------------------------------------------


def card_base(seed):
    """The paper of the card: a soft gradient under fine wave lines."""
    c = Canvas(CARD_SIZE, "white")
    c.image.paste(backdrop(CARD_SIZE, (0.4, 0.4), (240, 246, 244), (196, 216, 222)))
    rng = np.random.default_rng(seed)
    x = np.arange(-10, CARD_SIZE[0] + 11, 10)
    for colour, rows, swing in (((188, 212, 214), 46, 34), ((214, 204, 222), 34, 52)):
        phase, length = rng.uniform(0, 6), rng.uniform(210, 280)
        for k in range(-2, rows + 3):
            middle = k * CARD_SIZE[1] / rows
            y = middle + swing * np.sin(x / length + phase + k * 0.13) * np.cos(x / 610 + k * 0.05)
            c.line(np.stack([x, y], axis=1), colour, 1)
    return c


def rosette(c, x, y, radius, colour):
    """A round ornament of woven lines."""
    a = np.linspace(0, 2 * np.pi, 721)
    for k in range(12):
        r = radius * (0.68 + 0.3 * np.sin(12 * a + k * np.pi / 6) * (0.4 + 0.6 * abs(np.cos(k * np.pi / 12))))
        c.line(np.stack([x + r * np.cos(a), y + r * np.sin(a)], axis=1), colour, 1)


def specimen(c, x, y, size, angle, opacity):
    """The word SPECIMEN, turned and see-through."""
    font = ImageFont.load_default(size * SCALE)
    bold = 3 * SCALE
    box = font.getbbox("SPECIMEN", stroke_width=bold)
    word = Image.new("L", (box[2] + 40, box[3] + 40))
    pen = ImageDraw.Draw(word)
    pen.text((20, 10), "SPECIMEN", fill=round(255 * opacity), font=font, stroke_width=bold)
    word = word.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    c.image.paste(RED, (x * SCALE - word.width // 2, y * SCALE - word.height // 2), word)


def header(c, title, note):
    """The band at the top of the card."""
    c.box(0, 0, CARD_SIZE[0], 128, fill=(38, 84, 98))
    c.box(0, 128, CARD_SIZE[0], 136, fill=(206, 164, 84))
    c.text(60, 86, title, 56, "white", bold=1)
    c.text(CARD_SIZE[0] - 60, 84, note, 40, (255, 214, 130), bold=1, anchor="rs")


def card_front(face):
    """The front: photo, fields, signature."""
    c = card_base(SEED + 1)
    rosette(c, 1330, 640, 230, (180, 204, 212))
    specimen(c, 1010, 560, 190, 24, 0.16)
    header(c, "SAMPLE IDENTITY CARD", "SPECIMEN")

    photo = face.crop((90, 130, 1110, 1490)).resize((420 * SCALE, 560 * SCALE), Image.Resampling.LANCZOS)
    c.image.paste(photo, (70 * SCALE, 190 * SCALE))
    c.box(70, 190, 490, 750, outline=(38, 84, 98), width=4)
    draw_ghost(c, face, 1350, 680, 190, 260)

    fields = [
        (550, 214, "Last name", PERSON["last"]),
        (550, 334, "First name", PERSON["first"]),
        (1000, 334, "Middle name", PERSON["middle"]),
        (550, 454, "Date of birth", PERSON["born"]),
        (1000, 454, "Sex", PERSON["sex"]),
        (550, 574, "ID number", PERSON["number"]),
        (550, 694, "Date of expiry", PERSON["expires"]),
    ]
    for x, y, label, value in fields:
        c.text(x, y, label, 26, (84, 108, 124))
        c.text(x, y + 56, value, 50, INK, bold=0.8)

    c.text(550, 814, "Signature", 26, (84, 108, 124))
    c.line([(550, 920), (960, 920)], (84, 108, 124), 2)
    for pen in SIGNATURE:
        c.line(smooth(pen, closed=False) + (560, 910), (30, 40, 96), 4.5)
    c.text(70, 820, "SPECIMEN", 66, RED, bold=2)
    c.text(70, 868, "A drawing for tests. Not a document,", 24, (84, 108, 124))
    c.text(70, 900, "and nobody who exists.", 24, (84, 108, 124))
    return c.finished()


def draw_ghost(c, face, x, y, width, height):
    """The portrait once more, small, pale and in one colour, in a soft oval."""
    size = (width * SCALE, height * SCALE)
    pale = face.crop((220, 160, 980, 1200)).convert("L").resize(size, Image.Resampling.LANCZOS)
    pale = pale.point([round(np.clip(205 - v, 0, 255) * 0.8) for v in range(256)])
    oval = Image.new("L", size)
    edge = 14 * SCALE
    ImageDraw.Draw(oval).ellipse((edge, edge, size[0] - edge, size[1] - edge), fill=255)
    oval = oval.filter(ImageFilter.GaussianBlur(edge / 2))
    c.image.paste((38, 84, 98), (x * SCALE, y * SCALE), ImageChops.multiply(pale, oval))


def check_digit(text):
    """The check digit of a machine-readable zone (weights 7, 3, 1)."""
    values = [0 if ch == "<" else int(ch, 36) for ch in text]
    return str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)


def machine_lines():
    """Three lines of 30 characters with the sample data; UTO is the code for specimens."""
    number = PERSON["number"]
    born, expires = (PERSON[k].replace("-", "")[2:] for k in ("born", "expires"))
    # A number of more than nine characters goes on in the optional data.
    first = f"I<UTO{number[:9]}<{number[9:]}{check_digit(number)}".ljust(30, "<")
    born += check_digit(born)
    expires += check_digit(expires)
    total = check_digit(first[5:] + born + expires + "<" * 11)
    second = f"{born}{PERSON['sex']}{expires}UTO{'<' * 11}{total}"
    third = f"{PERSON['last']}<<{PERSON['first']}<{PERSON['middle']}".upper().ljust(30, "<")
    return first, second, third


def card_back():
    """The back: a pattern like a barcode, notes, and the machine-readable lines."""
    c = card_base(SEED + 2)
    rng = np.random.default_rng(SEED + 3)
    rosette(c, 1290, 400, 230, (180, 204, 212))
    specimen(c, 800, 440, 190, 16, 0.14)
    header(c, "SAMPLE IDENTITY CARD", "SPECIMEN")

    # Rows of bars in the manner of a stacked barcode; they encode nothing.
    c.box(70, 186, 850, 446, 8, fill="white")
    bars = rng.random((22, 118)) < 0.5
    bars[:, :5] = bars[:, -5:] = (True, True, True, False, True)
    for row, column in np.argwhere(bars):
        x, y = 106 + column * 6, 206 + row * 10
        c.box(x, y, x + 6 - 1 / SCALE, y + 10 - 1 / SCALE, fill=(24, 26, 32))

    notes = (
        "This card is a drawing made for software tests.",
        "It is not a document of any country or authority.",
        "The bars encode nothing.",
    )
    for k, note in enumerate(notes):
        c.text(70, 506 + k * 42, note, 28, (84, 108, 124))
    c.text(930, 240, "ID number", 26, (84, 108, 124))
    c.text(930, 296, PERSON["number"], 50, INK, bold=0.8)
    c.text(930, 372, "Date of expiry", 26, (84, 108, 124))
    c.text(930, 428, PERSON["expires"], 50, INK, bold=0.8)
    c.text(930, 560, "SPECIMEN", 84, RED, bold=2)

    c.box(0, 660, CARD_SIZE[0], CARD_SIZE[1], fill=(248, 248, 244))
    for row, line in enumerate(machine_lines()):
        for column, ch in enumerate(line):
            c.text(50 + 50 * (column + 0.5), 764 + row * 94, ch, 56, (24, 26, 32), bold=0.8, anchor="ms")
    return c.finished()


# --- writing ---------------------------------------------------------------


def grain(image, strength, seed):
    """The picture with fine, even film grain."""
    noise = np.random.default_rng(seed).normal(0, strength, (image.height, image.width, 1))
    return Image.fromarray(np.clip(np.rint(np.asarray(image) + noise), 0, 255).astype(np.uint8))


def write(image, name, seed, png=True):
    """Write a picture beside this script, without metadata."""
    folder = Path(__file__).resolve().parent
    grain(image, GRAIN_JPEG, seed).save(folder / f"{name}.jpg", quality=90, optimize=True)
    if png:
        grain(image, GRAIN_PNG, seed).save(folder / f"{name}.png", optimize=True)


def main():
    face = portrait()
    write(face, "selfie", SEED + 10)
    write(card_front(face), "id_card", SEED + 11)
    write(card_back(), "id_card_back", SEED + 12, png=False)


if __name__ == "__main__":
    main()
