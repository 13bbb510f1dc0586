"""board.py - a page of shared memory between the rig and its portals: wishes one way, figures back."""
import mmap, struct

FIELDS = ("rate", "goes_on", "quits",  # wishes
          "attempted", "acknowledged", "busy", "other", "silences", "under_way", "last_ack_at", "retry_zero")


class Board:
    def __init__(self, path):
        if not path.exists():
            path.write_bytes(bytes(8 * len(FIELDS)))
        with open(path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), 8 * len(FIELDS))

    def __getitem__(self, name):
        return struct.unpack_from("d", self.page, 8 * FIELDS.index(name))[0]

    def __setitem__(self, name, value):
        struct.pack_into("d", self.page, 8 * FIELDS.index(name), value)
