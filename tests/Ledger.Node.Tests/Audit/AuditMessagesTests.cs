using Ledger.Core.Blocks;
using Ledger.Core.Encoding;
using Ledger.Node.Audit;
using Ledger.Node.Hosting;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
using Ledger.Storage.Faults;
using Ledger.Testing.Builders;
using Ledger.Testing.Consensus;

namespace Ledger.Node.Tests.Audit;

public sealed class AuditMessagesTests
{
    private static readonly ServedHeader Header = new(new byte[] { 1, 2 }, new byte[] { 3 });

    public static TheoryData<string> Requests => ["status", "headers", "faults", "more faults"];

    private static AuditRequest Named(string name) => name switch
    {
        "status" => new AuditRequest.Status(),
        "headers" => new AuditRequest.Headers(new BlockHeight(7), 500),
        "faults" => new AuditRequest.Faults(default),
        _ => new AuditRequest.Faults(new byte[50]),
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_request_survives_the_round_trip(string name)
    {
        var decoded = AuditRequest.Decode(Named(name).Encode());

        Assert.Equal(Named(name).Encode(), decoded!.Encode());
        Assert.True(FaultStore.IsCursor(new byte[50]));
    }

    [Fact]
    public void A_request_that_is_none_is_refused()
    {
        Assert.Null(AuditRequest.Decode([]));
        Assert.Null(AuditRequest.Decode([0x08, 4]));
        Assert.Null(AuditRequest.Decode(new AuditRequest.Headers(new BlockHeight(1), 501).Encode()));
        Assert.Null(AuditRequest.Decode(new AuditRequest.Headers(new BlockHeight(0), 1).Encode()));
        Assert.Null(AuditRequest.Decode(new AuditRequest.Faults(new byte[] { 1 }).Encode()));
        Assert.Null(AuditRequest.Decode([.. new AuditRequest.Status().Encode(), 0]));
    }

    [Fact]
    public void Answers_survive_the_round_trip()
    {
        Assert.True(AuditMessages.TryDecode(
            AuditMessages.Encode(new ServedStatus(A.Start, Header)), out ServedStatus? status));
        Assert.Equal(A.Start, status.Time);
        Assert.Equal(Header.HeaderBytes.ToArray(), status.Newest!.HeaderBytes.ToArray());

        var writer = new CanonicalWriter();
        AuditMessages.Append(writer, 1, Header);
        AuditMessages.Append(writer, 1, Header with { CertificateBytes = default });
        Assert.True(AuditMessages.TryDecode(writer.Written, out IReadOnlyList<ServedHeader>? headers));
        Assert.Equal([1, 0], headers.Select(h => h.CertificateBytes.Length));

        Assert.True(AuditMessages.TryDecode(
            AuditMessages.Encode(new ServedFaults([new byte[] { 9 }], new byte[50])), out ServedFaults? faults));
        Assert.Equal([9], Assert.Single(faults.Proofs).ToArray());
    }

    [Fact]
    public void Hostile_bytes_never_throw()
    {
        var random = new SplitMix64(3);
        var writer = new CanonicalWriter();
        AuditMessages.Append(writer, 1, Header);
        byte[][] samples =
        [
            AuditMessages.Encode(new ServedStatus(A.Start, Header)),
            writer.ToArray(),
            AuditMessages.Encode(new ServedFaults([new byte[] { 9 }], new byte[50])),
            new AuditRequest.Headers(new BlockHeight(7), 5).Encode(),
        ];
        for (var round = 0; round < 4000; round++)
        {
            var bytes = (byte[])samples[round % samples.Length].Clone();
            for (var n = random.Below(3); n >= 0; n--) bytes[random.Below(bytes.Length)] = (byte)random.Below(256);
            var cut = bytes.AsSpan(0, (int)random.Below(bytes.Length + 1));

            Assert.Equal(AuditMessages.TryDecode(cut, out ServedStatus? status), status is not null);
            Assert.Equal(AuditMessages.TryDecode(cut, out IReadOnlyList<ServedHeader>? headers), headers is not null);
            Assert.Equal(AuditMessages.TryDecode(cut, out ServedFaults? faults), faults is not null);
            if (AuditRequest.Decode(cut) is { } request) Assert.Equal(cut.ToArray(), request.Encode());
        }
    }

    [Fact]
    public async Task An_observer_has_so_many_requests_a_second_and_a_validator_any_number()
    {
        var genesis = A.Genesis(observers: 1);
        var time = new SetTime(A.Start);
        var gate = new ObserverGate(genesis.Observers, new NodeClock(time));
        var answered = 0;
        var handler = gate.Guard((_, _, _) =>
        {
            answered++;
            return new(ReadOnlyMemory<byte>.Empty);
        });
        var observer = Network.PeerId.FromPublicKey(genesis.Observers[0].Key.Encoded);
        var validator = Network.PeerId.FromPublicKey(genesis.Validators[new ValidatorIndex(0)].Key.Encoded);

        for (var i = 0; i < ObserverGate.RequestsPerSecond; i++) await handler(observer, default, default);
        await Assert.ThrowsAsync<Network.RequestRefusedException>(() => handler(observer, default, default).AsTask());
        for (var i = 0; i < 1000; i++) await handler(validator, default, default);

        Assert.Equal(ObserverGate.RequestsPerSecond + 1000, answered);
        Assert.True(gate.IsObserver(observer));
        Assert.False(gate.IsObserver(validator));
    }
}
