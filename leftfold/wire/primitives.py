"""Reading and writing the protocol's primitive types.

Sizes are bytes. Every length that comes from outside is compared with the bytes that are left before it is used
(https://kafka.apache.org/protocol, section "Protocol Primitive Types"; compact types and tags: KIP-482).
"""

from __future__ import annotations

import struct

from leftfold.base.errors import WireError

_INT16 = struct.Struct(">h")
_INT32 = struct.Struct(">i")
_INT64 = struct.Struct(">q")
_UINT16 = struct.Struct(">H")
_UINT32 = struct.Struct(">I")
_FLOAT64 = struct.Struct(">d")
_UVARINT_BYTES_MAX = 5


class Reader:
    """A cursor over one body. Invariant: position <= end, whatever the bytes say."""

    __slots__ = ("data", "end", "position")

    def __init__(self, data: bytes | memoryview) -> None:
        self.data = memoryview(data)
        self.position = 0
        self.end = len(self.data)

    def take(self, count: int) -> memoryview:
        start = self.position
        if count < 0 or count > self.end - start:
            raise WireError(f"{count} bytes announced at byte {start}, {self.end - start} are left")
        self.position = start + count
        return self.data[start : start + count]

    def _unpack(self, form: struct.Struct) -> int:
        start = self.position
        if form.size > self.end - start:
            raise WireError(f"the body ends at byte {self.end}, in the middle of a number")
        self.position = start + form.size
        value: int = form.unpack_from(self.data, start)[0]
        return value

    def int8(self) -> int:
        value = self.take(1)[0]
        return value - 256 if value > 127 else value

    def bool(self) -> bool:
        return self.take(1)[0] != 0

    def int16(self) -> int:
        return self._unpack(_INT16)

    def uint16(self) -> int:
        return self._unpack(_UINT16)

    def int32(self) -> int:
        return self._unpack(_INT32)

    def uint32(self) -> int:
        return self._unpack(_UINT32)

    def int64(self) -> int:
        return self._unpack(_INT64)

    def float64(self) -> float:
        value: float = _FLOAT64.unpack(self.take(8))[0]
        return value

    def uuid(self) -> bytes:
        return bytes(self.take(16))

    def uvarint(self) -> int:
        value = 0
        for index in range(_UVARINT_BYTES_MAX):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                if value > 0xFFFFFFFF:
                    break
                return value
        raise WireError(f"a variable-length number before byte {self.position} has more than 32 bits")

    def length(self, compact: bool) -> int:
        """The length that precedes bytes and arrays; -1 is null."""
        return self.uvarint() - 1 if compact else self.int32()

    def text_length(self, compact: bool) -> int:
        """The length that precedes a string; -1 is null."""
        return self.uvarint() - 1 if compact else self.int16()

    def text(self, length: int) -> str:
        if length > 0x7FFF:
            raise WireError(f"a string of {length} bytes at byte {self.position}, 32767 are allowed")
        try:
            return str(self.take(length), "utf-8")
        except UnicodeDecodeError as error:
            raise WireError(f"a string before byte {self.position} is not UTF-8") from error

    def count(self, length: int, element_bytes_min: int) -> int:
        """An array's length, believed only if so many of the smallest elements could be left."""
        if length < 0 or length * element_bytes_min > self.end - self.position:
            raise WireError(f"{length} elements announced at byte {self.position}, {self.end - self.position} bytes are left")
        return length

    def finish(self) -> None:
        if self.position != self.end:
            raise WireError(f"{self.end - self.position} bytes follow the end of the message at byte {self.position}")


class Writer:
    """Grows one body."""

    __slots__ = ("data",)

    def __init__(self) -> None:
        self.data = bytearray()

    def int8(self, value: int) -> None:
        self.data.append(value & 0xFF)

    def bool(self, value: bool) -> None:
        self.data.append(1 if value else 0)

    def int16(self, value: int) -> None:
        self.data += _INT16.pack(value)

    def uint16(self, value: int) -> None:
        self.data += _UINT16.pack(value)

    def int32(self, value: int) -> None:
        self.data += _INT32.pack(value)

    def uint32(self, value: int) -> None:
        self.data += _UINT32.pack(value)

    def int64(self, value: int) -> None:
        self.data += _INT64.pack(value)

    def float64(self, value: float) -> None:
        self.data += _FLOAT64.pack(value)

    def uuid(self, value: bytes) -> None:
        if len(value) != 16:
            raise WireError(f"a uuid has 16 bytes, not {len(value)}")
        self.data += value

    def uvarint(self, value: int) -> None:
        data = self.data
        while value > 0x7F:
            data.append((value & 0x7F) | 0x80)
            value >>= 7
        data.append(value)

    def length(self, value: int, compact: bool) -> None:
        if compact:
            self.uvarint(value + 1)
        else:
            self.int32(value)

    def text(self, value: str | None, compact: bool) -> None:
        encoded = b"" if value is None else value.encode()
        if len(encoded) > 0x7FFF:
            raise WireError(f"a string of {len(encoded)} bytes, 32767 are allowed")
        length = -1 if value is None else len(encoded)
        if compact:
            self.uvarint(length + 1)
        else:
            self.int16(length)
        self.data += encoded
