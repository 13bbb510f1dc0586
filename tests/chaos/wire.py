"""wire.py - messages of the portal's protocol. What is sent in bulk is encoded by hand, for speed;
what is read goes through code made by protoc."""
import pathlib, subprocess, sys, tempfile, zmq

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
with tempfile.TemporaryDirectory() as _out:
    subprocess.run(["protoc", f"-I{PROTO}", f"--python_out={_out}", *PROTO.rglob("*.proto")], check=True)
    sys.path.insert(0, _out)
    from ekc.v1 import envelope_pb2 as envelope, portal_pb2 as portal, statistics_pb2 as statistics  # noqa: F401
    sys.path.remove(_out)

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "services/classifier/sample/a.tsv"


def varint(value):
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def contents(count=200):
    """The rest of an inquiry, encoded, without its external_id: real words, so that real work is done."""
    texts = [line.split("\t")[-1] for line in SAMPLE.read_text().splitlines() if "\t" in line][:count]
    kinds, channels = ("RESIDENT", "DEVELOPER", "UNKNOWN"), ("form", "email", "telephone", "online")
    return [portal.Inquiry(subject=text[:40], text=text, channel=channels[i % 4], applicant_kind="APPLICANT_KIND_"
                           + kinds[i % 3], contact={"name": f"Житель {i}"} if i % 5 == 0 else None)
            .SerializeToString() for i, text in enumerate(texts)]


def plain(text):
    """Another rest of an inquiry, with this text alone."""
    return portal.Inquiry(text=text, channel="form", applicant_kind="APPLICANT_KIND_UNKNOWN").SerializeToString()


def inquiry(external_id, content):
    """As one element of Submit.inquiries."""
    return field(2, field(1, external_id.encode()) + content)


def submit(request_id, inquiries):
    return field(1, request_id.encode()) + field(10, b"".join(inquiries))


def connect(address, secret, server_key, kind=zmq.DEALER):
    socket = zmq.Context.instance().socket(kind)
    socket.linger = 0
    socket.curve_secretkey = secret
    socket.curve_publickey = zmq.curve_public(secret)
    socket.curve_serverkey = server_key
    socket.connect("tcp://" + address)
    return socket


def read(frames):
    return envelope.Envelope.FromString(frames[-1])
