"""Append-only journal: one JSON object a line, a whole snapshot of what changed.

At start the journal is replayed, so that a restarted sandbox knows its accounts, transactions
and events again. A `reset` line makes all earlier lines of its kinds void.
"""

import json
import threading


class Journal:
    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()
        self.handle = open(path, "a", encoding="utf-8")

    def write(self, kind, value):
        line = json.dumps({"kind": kind, "value": value}, ensure_ascii=False) + "\n"
        with self.lock:
            self.handle.write(line)
            self.handle.flush()

    def read(self):
        """All (kind, value) so far; a line cut by a crash is skipped."""
        with open(self.path, encoding="utf-8") as handle:
            for line in handle:
                try:
                    entry = json.loads(line)
                    yield entry["kind"], entry["value"]
                except (ValueError, KeyError, TypeError):
                    continue
