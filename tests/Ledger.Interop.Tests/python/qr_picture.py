"""Prints the QR code of a certificate document as a picture that zbarimg reads (PGM): qr_picture.py FILE.html"""

import re
import sys

SCALE, QUIET = 8, 4

with open(sys.argv[1], encoding="utf-8") as file:
    svg = re.search(r"<svg.*?</svg>", file.read(), re.S).group(0)
size = int(re.search(r'viewBox="0 0 (\d+) \1"', svg).group(1))
dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg)}
side = size + 2 * QUIET
rows = bytearray()
for y in range(side):
    row = b"".join(bytes([0 if (x - QUIET, y - QUIET) in dark else 255]) * SCALE for x in range(side))
    rows += row * SCALE
sys.stdout.buffer.write(b"P5 %d %d 255\n" % (side * SCALE, side * SCALE) + bytes(rows))
