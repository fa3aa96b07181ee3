"""Calls our server as a user of grpcio would. Usage: probe_client.py HOST:PORT DESCRIPTOR_SET

Prints one line of JSON for each case. Message classes come from a FileDescriptorSet, so that no compiler is needed.
"""
import json
import sys
import traceback

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from rpc_status import fields, read_status

address, descriptors = sys.argv[1:3]
pool = descriptor_pool.DescriptorPool()
with open(descriptors, "rb") as file:
    for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
        pool.Add(proto)
factory = message_factory.MessageFactory(pool)


def message(name):
    return factory.GetPrototype(pool.FindMessageTypeByName(name))


probe = {n: message("ledger.testing.v1." + n) for n in
         ("EchoRequest", "EchoResponse", "CountRequest", "CountResponse", "FailRequest", "HangRequest")}
HealthRequest = message("grpc.health.v1.HealthCheckRequest")
HealthResponse = message("grpc.health.v1.HealthCheckResponse")
channel = grpc.insecure_channel(address)
noise = bytes((i * 7919) & 255 for i in range(5000))


def unary(name, request, response="EchoResponse"):
    return channel.unary_unary(
        "/ledger.testing.v1.Probe/" + name, probe[request].SerializeToString, probe[response].FromString)


echo = unary("Echo", "EchoRequest")
fail = unary("Fail", "FailRequest")
hang = unary("Hang", "HangRequest")
count_stream = channel.unary_stream(
    "/ledger.testing.v1.Probe/Count", probe["CountRequest"].SerializeToString, probe["CountResponse"].FromString)


def refused(call, *arguments, **options):
    try:
        call(*arguments, **options)
        return {"code": 0}
    except grpc.RpcError as error:
        return {"code": error.code().value[0], "message": error.details()}


def case_unary():
    reply = echo(probe["EchoRequest"](payload=noise, text="证据"))
    return {"text": reply.text, "equal": reply.payload == noise}


def case_stream():
    numbers = [m.number for m in count_stream(probe["CountRequest"](count=10000, size=100))]
    return {"count": len(numbers), "ordered": numbers == list(range(1, 10001))}


def case_empty():
    return {"count": len(list(count_stream(probe["CountRequest"]())))}


def case_lateFailure():
    count = 0
    try:
        for _ in count_stream(probe["CountRequest"](count=20, size=10, fail_with=15)):
            count += 1
        return {"count": count, "code": 0}
    except grpc.RpcError as error:
        return {"count": count, "code": error.code().value[0]}


def case_details():
    try:
        fail(probe["FailRequest"](code=8, message="内存池已满 100%\nretry", reason="MEMPOOL_FULL", retry_ms=1500))
        return {"code": 0}
    except grpc.RpcError as error:
        details = dict(error.trailing_metadata())["grpc-status-details-bin"]
        return {"code": error.code().value[0], "message": error.details(), "details": read_status(details)}


def case_thrown():
    return refused(fail, probe["FailRequest"](by_throwing=True))


def case_deadline():
    return refused(hang, probe["HangRequest"](label="deadline"), timeout=0.3)


def case_cancel():
    call, count = count_stream(probe["CountRequest"](count=4294967295, size=1000)), 0
    try:
        for _ in call:
            count += 1
            if count == 50:
                call.cancel()
        return {"enough": False, "code": 0}
    except grpc.RpcError as error:
        return {"enough": count >= 50, "code": error.code().value[0]}


def case_gzip():
    request = probe["EchoRequest"](payload=bytes(300000), text="压缩" * 30000)
    reply = echo(request, compression=grpc.Compression.Gzip)
    return {"equal": reply.payload == request.payload and reply.text == request.text}


def case_tooLarge():
    return refused(echo, probe["EchoRequest"](payload=bytes(5 << 20)))


def case_unmapped():
    return refused(unary("Unmapped", "EchoRequest"), probe["EchoRequest"]())


def case_health():
    check = channel.unary_unary(
        "/grpc.health.v1.Health/Check", HealthRequest.SerializeToString, HealthResponse.FromString)
    watch = channel.unary_stream(
        "/grpc.health.v1.Health/Watch", HealthRequest.SerializeToString, HealthResponse.FromString)
    call = watch(HealthRequest())
    seen = next(call)
    call.cancel()
    name = HealthResponse.DESCRIPTOR.enum_types_by_name["ServingStatus"].values_by_number
    return {"whole": name[check(HealthRequest()).status].name, "watched": name[seen.status].name,
            "unknown": refused(check, HealthRequest(service="nope"))["code"]}


def case_reflection():
    versions = {}
    for version in ("v1", "v1alpha"):
        # list_services = 7; file_containing_symbol = 4.
        symbol = b"ledger.testing.v1.Probe"
        requests = [b"\x3a\x00", b"\x22" + bytes([len(symbol)]) + symbol]
        call = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo", lambda b: b, lambda b: b)
        listed, described = [fields(reply) for reply in call(iter(requests))]
        services = [fields(s)[1][0].decode() for s in fields(listed[6][0])[1]]
        file = descriptor_pb2.FileDescriptorProto.FromString(fields(described[4][0])[1][0])
        versions[version] = {"services": sorted(services), "methods": sorted(m.name for m in file.service[0].method)}
    return versions


def case_parallel():
    calls = [echo.future(probe["EchoRequest"](text=str(i))) for i in range(500)]
    return {"equal": all(call.result().text == str(i) for i, call in enumerate(calls))}


for name, run in [(n[5:], f) for n, f in list(globals().items()) if n.startswith("case_")]:
    try:
        result = run()
    except Exception:  # the test shows what went wrong
        result = {"error": traceback.format_exc()}
    print(json.dumps({"name": name, "result": result}), flush=True)
