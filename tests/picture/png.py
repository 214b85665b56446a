# SPDX-License-Identifier: MIT
"""Reads PNG files of 8 bits a channel, without interlacing, as gnuplot writes them. Nothing but the standard library."""
import struct
import zlib

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class Png:
    """`lines` are bytes, one a row; a pixel has `channels` bytes."""

    def __init__(self, data):
        if data[:8] != b"\x89PNG\r\n\x1a\n":
            raise ValueError("no PNG file")
        packed = b""
        end = False
        at = 8
        while at < len(data):
            length, kind = struct.unpack(">I4s", data[at:at + 8])
            body = data[at + 8:at + 8 + length]
            if zlib.crc32(kind + body) != struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0]:
                raise ValueError(f"the checksum of {kind} is wrong")
            at += 12 + length
            if kind == b"IHDR":
                self.width, self.height, bits, color, _, _, interlaced = struct.unpack(">IIBBBBB", body)
                if bits != 8 or interlaced or color not in CHANNELS:
                    raise ValueError("not of a kind that is read here")
                self.channels = CHANNELS[color]
            elif kind == b"IDAT":
                packed += body
            end = end or kind == b"IEND"
        self.raw = zlib.decompress(packed)
        self.stride = self.width * self.channels
        if not end or len(self.raw) != self.height * (self.stride + 1):
            raise ValueError("it is cut off")

    def filtered_lines(self):
        """The bytes as they are stored; a line that is like the one above is mostly zeros."""
        return [self.raw[y * (self.stride + 1) + 1:(y + 1) * (self.stride + 1)] for y in range(self.height)]

    def lines(self):
        above = bytearray(self.stride)
        made = []
        for y in range(self.height):
            start = y * (self.stride + 1)
            line = bytearray(self.raw[start + 1:start + 1 + self.stride])
            unfilter(self.raw[start], line, above, self.channels)
            made.append(line)
            above = line
        return made


def paeth(a, b, c):
    p, q, r = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    return a if p <= q and p <= r else b if q <= r else c


def unfilter(kind, line, above, step):
    if kind == 1:
        for i in range(step, len(line)):
            line[i] = (line[i] + line[i - step]) & 255
    elif kind == 2:
        for i, up in enumerate(above):
            line[i] = (line[i] + up) & 255
    elif kind == 3:
        for i, up in enumerate(above):
            line[i] = (line[i] + (((line[i - step] if i >= step else 0) + up) >> 1)) & 255
    elif kind == 4:
        for i, up in enumerate(above):
            left, corner = (line[i - step], above[i - step]) if i >= step else (0, 0)
            line[i] = (line[i] + paeth(left, up, corner)) & 255
    elif kind != 0:
        raise ValueError(f"there is no filter {kind}")
