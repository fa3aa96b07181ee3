"""Reads google.rpc.Status, as gRPC carries it in grpc-status-details-bin, by its public field numbers."""

from formats import varint


def fields(data):
    """Field number -> values, of any message with varints and bytes."""
    found, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        value, at = varint(data, at)
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        found.setdefault(tag >> 3, []).append(value)
    return found


def read_status(data):
    status = fields(data)
    result = {"code": status[1][0], "message": status[2][0].decode()}
    for detail in map(fields, status.get(3, [])):
        body = fields(detail[2][0])
        kind = detail[1][0].decode().rsplit(".", 1)[1]
        if kind == "ErrorInfo":
            result.update(reason=body[1][0].decode(), domain=body[2][0].decode())
        if kind == "RetryInfo":
            delay = fields(body[1][0])
            result["retryMs"] = delay.get(1, [0])[0] * 1000 + delay.get(2, [0])[0] // 1000000
    return result
