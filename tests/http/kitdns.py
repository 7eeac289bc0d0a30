"""A name server on loopback, written from RFC 1035: TXT records, and failures."""
import socket
import struct
import threading


class NameServer:
    """texts[name]: a list of texts (empty: the name exists without TXT records), or "silent", "servfail", "refused".
    Any other name does not exist. `asked` counts the queries for each name."""

    def __init__(self):
        self.texts, self.asked = {}, {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                asked, peer = self.socket.recvfrom(4096)
                told = self.answer(asked)
            except OSError:
                return
            if told:
                self.socket.sendto(told, peer)

    def answer(self, asked):
        at, labels = 12, []
        while asked[at]:
            labels.append(asked[at + 1:at + 1 + asked[at]].decode("ascii"))
            at += 1 + asked[at]
        question = asked[12:at + 5]
        assert struct.unpack(">HH", question[-4:]) == (16, 1)  # TXT, IN
        name = ".".join(labels).lower()
        self.asked[name] = self.asked.get(name, 0) + 1
        kept = self.texts.get(name)
        if kept == "silent":
            return None
        code = 3 if kept is None else {"servfail": 2, "refused": 5}[kept] if isinstance(kept, str) else 0
        records = b"".join(self.record(one) for one in kept) if isinstance(kept, list) else b""
        return asked[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(kept) if records else 0, 0, 0) + question + records

    @staticmethod
    def record(text):
        data = text.encode("utf-8")
        strings = b"".join(bytes([len(data[i:i + 255])]) + data[i:i + 255] for i in range(0, len(data) or 1, 255))
        return b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 60, len(strings)) + strings

    def close(self):
        self.socket.close()
