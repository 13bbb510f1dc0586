#!/usr/bin/python3
"""portal.py - a portal that is not ours, written from proto/PROTOCOL.md alone.
EKC_INTAKE=host:port[,host:port] EKC_SERVER_KEY=Z85 EKC_KEY_FILE=path [EKC_STATISTICS=host:port]"""
import itertools, os, pathlib, random, subprocess, sys, tempfile, time, uuid, zmq
PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
with tempfile.TemporaryDirectory() as out:
    subprocess.run(["protoc", f"-I{PROTO}", f"--python_out={out}", *PROTO.rglob("*.proto")], check=True)
    sys.path.insert(0, out)
    from ekc.v1 import envelope_pb2 as wire, portal_pb2 as pb, refusal_pb2 as why

def expect(what, ok, got=""):
    ok or sys.exit(f"not ok: {what}; instead: {str(got).strip() or 'nothing'}")
    print("ok", what, flush=True)

def connect(kind, address):
    socket = zmq.Context.instance().socket(kind)
    socket.linger = 0
    socket.curve_secretkey = secret = pathlib.Path(os.environ["EKC_KEY_FILE"]).read_bytes().split()[0]
    socket.curve_publickey = zmq.curve_public(secret)
    socket.curve_serverkey = os.environ["EKC_SERVER_KEY"].encode()
    socket.connect("tcp://" + address)
    return socket

def ask(addresses, *requests, kind=zmq.REQ, window=1):
    """Asks with `window` requests under way, each again and again until its answer is final."""
    queue, waiting, answers, addresses = [*requests], {}, [], itertools.cycle(addresses.split(","))
    socket, silences = connect(kind, next(addresses)), 0
    while queue or waiting:
        while queue and len(waiting) < window:
            waiting[queue[0].request_id] = queue[0]
            socket.send_multipart([b""] * (kind == zmq.DEALER) + [queue.pop(0).SerializeToString()])
        if socket.poll(2000):
            answer = wire.Envelope.FromString(socket.recv_multipart()[-1])
            request = waiting.pop(answer.request_id, None) or expect("asked for this answer", False, answer)
            pause_ms = max(part.retry_after_ms for part in [answer.refused, *answer.submitted.results])
            (queue if pause_ms else answers).append(request if pause_ms else answer)
            time.sleep(pause_ms / 1000)
        else:
            (silences := silences + 1) < 6 or expect("answered in six tries (a real portal goes on)", False)
            time.sleep(random.uniform(0, min(30, 2**silences)))
            socket.close()  # a plain REQ cannot send twice
            socket, queue, waiting = connect(kind, next(addresses)), [*waiting.values(), *queue], {}
    return answers

def request(**body): return wire.Envelope(request_id=uuid.uuid4().hex, **body)

def inquiry(**fields):
    return pb.Inquiry(**{"external_id": uuid.uuid4().hex, "channel": "form", "subject": "Реновация",
        "text": "Когда начнётся переселение?", "applicant_kind": "APPLICANT_KIND_RESIDENT"} | fields)

def main(intake, one):
    def submit(*inquiries):
        return ask(intake, request(submit={"inquiries": inquiries}))[0].submitted.results
    channels = [c.id for c in ask(intake, request(get_catalog={}))[0].catalog.channels]
    expect("catalog", "form" in channels, channels)
    [first], [again] = submit(one), submit(one)
    expect("durable " + first.number, first.answer == pb.ANSWER_DURABLE and first.number, first)
    expect("duplicate", again.answer == pb.ANSWER_DUPLICATE and again.number == first.number, again)
    other = submit(inquiry(external_id=one.external_id, text="Другое"))[0]
    expect("key reused", other.refusal.code == why.REFUSAL_CODE_KEY_REUSED, other)
    bad, good = submit(inquiry(channel="telepathy"), inquiry())
    expect("invalid " + bad.refusal.field, bad.refusal.code == why.REFUSAL_CODE_UNKNOWN_VALUE, bad)
    expect("beside it durable", good.answer == pb.ANSWER_DURABLE, good)
    for key in {"number": first.number.replace("-", " ")}, {"external_id": one.external_id}:
        shown = ask(intake, request(show=key))[0].shown
        expect(f"show by {[*key][0]}", (shown.id, shown.subject) == (first.id, one.subject), shown)
    no = ask(intake, request(show={"number": first.number[:-1] + str(9 - int(first.number[-1]))}))[0].refused
    expect("mistyped number", no.refusal.code == why.REFUSAL_CODE_NUMBER_MISTYPED, no)
    many = (request(submit={"inquiries": [inquiry()]}) for _ in range(20))
    answers = [a.submitted.results[0].answer for a in ask(intake, *many, kind=zmq.DEALER, window=5)]
    expect("twenty by DEALER, five under way", answers == [pb.ANSWER_DURABLE] * 20, answers)
    if "EKC_STATISTICS" in os.environ:
        by_channel = {"measure": "MEASURE_RECEIVED", "period": "PERIOD_YEAR", "group_by": ["DIMENSION_CHANNEL"]}
        answer = ask(os.environ["EKC_STATISTICS"], request(query=by_channel))[0]
        total = sum(figure.value for figure in answer.figures.figures)
        expect(f"figures of {total}", answer.HasField("figures") and answer.figures.total == total, answer)

if __name__ == "__main__":
    main(os.environ["EKC_INTAKE"], inquiry())
