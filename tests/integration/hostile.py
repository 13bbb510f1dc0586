#!/usr/bin/python3
"""hostile.py - bad input of every kind: each is refused by code and field, and hurts nobody else.

Environment as in portal.py. Strings that Python would not send are put in after encoding: see RAW."""
import os, socket as tcp, time, uuid, zmq
from portal import connect, expect, inquiry, request, pb, why, wire

INTAKE = os.environ["EKC_INTAKE"].split(",")[0]
RAW = {b"~over-long~": b"\xc0\xaf", b"~surrogate~": b"\xed\xa0\x80", b"~cut short~": b"\xd0"}
US, TEXT_MAX = 1_000_000, 64 * 1024
NOW, YEAR_2000 = int(time.time()) * US, 946_684_800 * US
# One inquiry, wrong in one value: what is wrong, its fields, the code, the field that is named.
INQUIRIES = [
    ("no text", {"text": ""}, "MISSING", "text"),
    ("text of blanks", {"text": " \t\r\n"}, "MISSING", "text"),
    ("text of 64 KiB and a bit", {"text": "ж" * (TEXT_MAX // 2) + "."}, "TOO_LONG", "text"),
    ("text over-long in UTF-8", {"text": "~over-long~"}, "NOT_UTF8", "text"),
    ("text with half a surrogate", {"text": "~surrogate~"}, "NOT_UTF8", "text"),
    ("text cut inside a letter", {"text": "~cut short~"}, "NOT_UTF8", "text"),
    ("text with a NUL", {"text": "До\0после"}, "HAS_NUL", "text"),
    ("text that begins with a NUL", {"text": "\0"}, "HAS_NUL", "text"),
    ("subject of 1,025 bytes", {"subject": "s" * 1025}, "TOO_LONG", "subject"),
    ("contact that is not UTF-8", {"contact": {"name": "~cut short~"}}, "NOT_UTF8", "contact.name"),
    ("contact of 257 bytes", {"contact": {"email": "e" * 257}}, "TOO_LONG", "contact.email"),
    ("no channel", {"channel": ""}, "MISSING", "channel"),
    ("unknown channel", {"channel": "telepathy"}, "UNKNOWN_VALUE", "channel"),
    ("unknown reply channel", {"reply_channel": "pigeon"}, "UNKNOWN_VALUE", "reply_channel"),
    ("unknown okrug", {"okrug": "Atlantis"}, "UNKNOWN_VALUE", "okrug"),
    ("applicant kind UNSPECIFIED", {"applicant_kind": 0}, "MISSING", "applicant_kind"),
    ("applicant kind 99", {"applicant_kind": 99}, "UNKNOWN_VALUE", "applicant_kind"),
    ("created in ten minutes", {"created_at_us": NOW + 600 * US}, "TOO_LATE", "created_at_us"),
    ("created at the end of time", {"created_at_us": 2**63 - 1}, "TOO_LATE", "created_at_us"),
    ("created before 2000", {"created_at_us": YEAR_2000 - 1}, "TOO_EARLY", "created_at_us"),
    ("external id of 0 bytes", {"external_id": ""}, "MISSING", "external_id"),
    ("external id of 65 bytes", {"external_id": "x" * 65}, "TOO_LONG", "external_id"),
    ("external id that is not UTF-8", {"external_id": "~cut short~"}, "NOT_UTF8", "external_id"),
    ("external id with a NUL", {"external_id": "a\0b"}, "HAS_NUL", "external_id"),
    ("21 attachments", {"attachments": [{"name": "a"}] * 21}, "TOO_MANY", "attachments"),
    ("half a hash", {"attachments": [{"sha256": b"h" * 16}]}, "MALFORMED_VALUE", "attachments[0].sha256"),
    ("outcome by a portal", {"outcome": {"operator": "7"}}, "NOT_ALLOWED", "outcome"),
    ("21 references", {"references": [{"system": "s"}] * 21}, "TOO_MANY", "references"),
    ("date by points", {"references": [{"date": "31.12.2022"}]}, "MALFORMED_VALUE", "references[0].date"),
]

# Values at the very edge: accepted.
EDGES = [
    ("text of 64 KiB", {"text": "ж" * (TEXT_MAX // 2)}),
    ("external id of 64 bytes", {"external_id": uuid.uuid4().hex * 2}),
    ("created at the start of 2000", {"created_at_us": YEAR_2000}),
    ("created in four minutes", {"created_at_us": NOW + 240 * US}),
    ("20 attachments", {"attachments": [{"name": "a", "sha256": b"h" * 32}] * 20}),
]

def encode(message):
    encoded = message.SerializeToString()
    for marker, raw in RAW.items():
        encoded = encoded.replace(marker, raw.ljust(len(marker)))
    return encoded

def submit(*inquiries, **other):
    return request(submit={"inquiries": inquiries, **other})

def catalog(request_id):
    return wire.Envelope(request_id=request_id, get_catalog={})

GOOD = encode(submit(inquiry()))
BIG = encode(submit(*(inquiry(text="x" * 60_000) for _ in range(5))))

# A whole message: what is wrong, its payload frames, the code, the field that is named.
MESSAGES = [
    ("bytes that are no envelope", [b"\xff\xff\xff\xff"], "MALFORMED", ""),
    ("an envelope cut short", [GOOD[:-1]], "MALFORMED", ""),
    ("an empty frame", [b""], "EMPTY_ENVELOPE", ""),
    ("an envelope without a body", [encode(request())], "EMPTY_ENVELOPE", ""),
    ("two payload frames", [GOOD, GOOD], "SEVERAL_FRAMES", ""),
    ("a frame and an empty one", [GOOD, b""], "SEVERAL_FRAMES", ""),
    ("300 KB", [BIG], "MESSAGE_TOO_LARGE", ""),
    ("a worker's message", [encode(request(hello={"credit": 9}))], "UNKNOWN_MESSAGE", ""),
    ("a question for statistics", [encode(request(query={}))], "UNKNOWN_MESSAGE", ""),
    ("an answer as a question", [encode(request(submitted={}))], "UNKNOWN_MESSAGE", ""),
    ("a body of number 99", [encode(request()) + b"\x9a\x06\x00"], "UNKNOWN_MESSAGE", ""),
    ("no request id", [encode(catalog(""))], "MISSING", "request_id"),
    ("request id of 65 bytes", [encode(catalog("r" * 65))], "TOO_LONG", "request_id"),
    ("request id with a NUL", [encode(catalog("a\0b"))], "HAS_NUL", "request_id"),
    ("request id that is not UTF-8", [encode(catalog("~cut short~"))], "NOT_UTF8", "request_id"),
    ("no inquiry", [encode(submit())], "MISSING", "inquiries"),
    ("501 inquiries", [encode(submit(*[inquiry()] * 501))], "TOO_MANY", "inquiries"),
    ("a foreign portal", [encode(submit(inquiry(), portal="not-mine"))], "FOREIGN_PORTAL", "portal"),
    ("show of another", [encode(request(show={"number": "13", "portal": "no"}))], "FOREIGN_PORTAL", "portal"),
    ("show of nothing", [encode(request(show={}))], "MISSING", "key"),
    ("a number of letters", [encode(request(show={"number": "12ab"}))], "MALFORMED_VALUE", "number"),
    ("a number of 13 digits", [encode(request(show={"number": "1" * 13}))], "MALFORMED_VALUE", "number"),
    ("a number with one digit wrong", [encode(request(show={"number": "0000-0014"}))], "NUMBER_MISTYPED", "number"),
    ("a number never given", [encode(request(show={"number": "0000 - 0013"}))], "NOT_FOUND", "number"),
    ("an external id never sent", [encode(request(show={"external_id": "nobody"}))], "NOT_FOUND", "external_id"),
]

def tell(line, *payload, delimiter=(b"",)):
    """Sends one message; the answer, or None after three seconds of silence."""
    line.send_multipart([*delimiter, *payload])
    return wire.Envelope.FromString(line.recv_multipart()[-1]) if line.poll(3000) else None

def is_durable(answer):
    return answer and [r.answer for r in answer.submitted.results] == [pb.ANSWER_DURABLE]

def is_refusal(refusal, code, field):
    named = why.RefusalCode.Name(refusal.code) == "REFUSAL_CODE_" + code and refusal.field == field
    return named and refusal.text_ru and refusal.text_en

def still_serves(line, after):
    answer = tell(line, encode(submit(inquiry())))
    expect(f"{after}; and the next is served", is_durable(answer), answer)

def refuse_values(line):
    for what, fields, code, field in INQUIRIES:
        answer = tell(line, encode(submit(inquiry(), inquiry(**fields), inquiry())))
        results = answer.submitted.results if answer else []
        ok = [r.answer for r in results] == [pb.ANSWER_DURABLE, pb.ANSWER_INVALID, pb.ANSWER_DURABLE]
        expect(f"{what}: {code}", ok and is_refusal(results[1].refusal, code, "inquiries[1]." + field), answer)

def refuse_messages(line):
    for what, payload, code, field in MESSAGES:
        answer = tell(line, *payload)
        expect(f"{what}: {code}", answer and is_refusal(answer.refused.refusal, code, field), answer)
        still_serves(line, what)

def accept_edges(line):
    for what, fields in EDGES:
        answer = tell(line, encode(submit(inquiry(**fields))))
        expect(f"{what}: DURABLE", is_durable(answer), answer)
    answer = tell(line, encode(submit(inquiry())), delimiter=())
    expect("a DEALER without a delimiter: DURABLE", is_durable(answer), answer)

def shut_out_strangers(line):
    browser = tcp.create_connection(INTAKE.split(":"))
    browser.sendall(b"GET / HTTP/1.1\r\n\r\n")
    still_serves(line, "a browser")
    stranger = zmq.Context.instance().socket(zmq.DEALER)
    stranger.linger = 0
    stranger.connect("tcp://" + INTAKE)
    expect("no key: no answer", tell(stranger, GOOD) is None)
    still_serves(line, "a caller without a key")
    vast = connect(zmq.DEALER, INTAKE)
    expect("a message of 600 KB: cut off", tell(vast, b"x" * 600_000) is None)
    still_serves(line, "a message of 600 KB")

if __name__ == "__main__":
    for part in refuse_values, refuse_messages, accept_edges, shut_out_strangers:
        part(connect(zmq.DEALER, INTAKE))
