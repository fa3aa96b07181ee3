"""A client of ledger.v1.LedgerService on grpcio. Its message classes come from the node's own reflection service."""

import json

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

import tokens
import transactions
from formats import write_bytes
from rpc_status import fields, read_status
from verify_receipt import Genesis

SERVICE = "ledger.v1.LedgerService"


class Failure(Exception):
    """A call that failed, with what the node says about it."""

    def __init__(self, error):
        super().__init__(error.details())
        self.code = error.code().name
        details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
        self.status = read_status(details) if details else {}
        self.reason = self.status.get("reason")


class LedgerClient:
    """Calls one node as a member. Each method of the service takes its request's fields by name."""

    def __init__(self, address, genesis_path, identity, member):
        with open(genesis_path, encoding="utf-8") as file:
            self.genesis = Genesis(json.load(file))
        token = tokens.make(identity, member, self.genesis.channel, f"http://{address}")
        self._metadata = (("authorization", f"Bearer {token}"),)
        self._channel = grpc.insecure_channel(address)
        pool = descriptor_pool.DescriptorPool()
        factory = message_factory.MessageFactory(pool)
        files = [descriptor_pb2.FileDescriptorProto.FromString(f) for f in self._reflect(SERVICE)]
        for file in files:
            pool.Add(file)
        service = next(s for f in files for s in f.service if f"{f.package}.{s.name}" == SERVICE)
        for method in service.method:
            request, response = (
                factory.GetPrototype(pool.FindMessageTypeByName(name[1:]))
                for name in (method.input_type, method.output_type))
            kind = self._channel.unary_stream if method.server_streaming else self._channel.unary_unary
            call = kind(f"/{SERVICE}/{method.name}", request.SerializeToString, response.FromString)
            setattr(self, method.name, self._method(call, request, method.server_streaming, self._metadata))

    def make(self, identity, valid_until, records, **changes):
        """A signed transaction: the payload and the bytes to submit."""
        parts = {"channel": self.genesis.channel, "sender": identity.key_id, **changes}
        payload = transactions.payload(valid_until=valid_until, records=records, **parts)
        return payload, transactions.signed(payload, identity.sign(payload))

    def close(self):
        self._channel.close()

    def _reflect(self, symbol):
        ask = self._channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
        # Field 4 of the request is file_containing_symbol; of the response, the files, which are its field 1.
        answer = next(ask(iter([write_bytes(4, symbol)]), timeout=60, metadata=self._metadata))
        return fields(fields(answer)[4][0])[1]

    @staticmethod
    def _method(call, request, streams, metadata):
        def invoke(timeout=60, **arguments):
            try:
                return call(request(**arguments), timeout=timeout, metadata=metadata)
            except grpc.RpcError as error:
                raise Failure(error) from None

        def stream(**arguments):
            return call(request(**arguments), timeout=60, metadata=metadata)

        return stream if streams else invoke
