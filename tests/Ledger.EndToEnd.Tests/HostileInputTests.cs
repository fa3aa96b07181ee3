using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Ledger.Client;
using Ledger.Client.Submit;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Grpc;
using Ledger.Core.Transactions;
using Ledger.EndToEnd.Tests.Harness;
using Ledger.Testing.Consensus;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// What strangers and faulty clients send: each mistake has its own answer, and the node goes on serving.
/// </summary>
[Collection(Healthy.Name)]
public sealed class HostileInputTests(HealthyConsortium healthy)
{
    private const ulong Seed = 6;

    private static readonly TimeSpan Call = TimeSpan.FromSeconds(60);

    public static TheoryData<string, GrpcStatusCode, string> Mistakes => new()
    {
        { "nothing", GrpcStatusCode.InvalidArgument, "MALFORMED" },
        { "random bytes", GrpcStatusCode.InvalidArgument, "MALFORMED" },
        { "truncated", GrpcStatusCode.InvalidArgument, "MALFORMED" },
        { "a byte too many", GrpcStatusCode.InvalidArgument, "MALFORMED" },
        { "oversized", GrpcStatusCode.InvalidArgument, "TOO_LARGE" },
        { "wrong channel", GrpcStatusCode.InvalidArgument, "WRONG_CHANNEL" },
        { "unknown kind", GrpcStatusCode.InvalidArgument, "UNKNOWN_KIND" },
        { "expired", GrpcStatusCode.FailedPrecondition, "EXPIRED" },
        { "lifetime too long", GrpcStatusCode.InvalidArgument, "LIFETIME_TOO_LONG" },
        { "forged signature", GrpcStatusCode.Unauthenticated, "SIGNATURE_INVALID" },
        { "unknown key", GrpcStatusCode.Unauthenticated, "UNKNOWN_KEY" },
        { "unknown type", GrpcStatusCode.InvalidArgument, "UNKNOWN_TYPE" },
        { "missing field", GrpcStatusCode.InvalidArgument, "MISSING_FIELD" },
        { "action not of the type", GrpcStatusCode.InvalidArgument, "INVALID_FIELD" },
        { "role not held", GrpcStatusCode.PermissionDenied, "NOT_AUTHORISED" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public Task A_bad_transaction_is_refused_with_its_own_reason(string mistake, GrpcStatusCode code, string reason) =>
        healthy.UseAsync(async consortium =>
        {
            var node = consortium.Nodes[1];
            var bytes = ByteString.CopyFrom(Make(mistake, consortium));

            var submitted = await Assert.ThrowsAsync<RpcException>(() =>
                node.Api.SubmitAsync(new SubmitRequest { Transaction = bytes }, Call, default));
            var awaited = await Assert.ThrowsAsync<RpcException>(() =>
                node.Api.SubmitAndWaitAsync(new SubmitAndWaitRequest { Transaction = bytes }, Call, default));

            Assert.Equal((code, reason), (submitted.Code, submitted.Reason));
            Assert.Equal((code, reason), (awaited.Code, awaited.Reason));
            Assert.NotEmpty(submitted.Status.Message);
            await ServesAsync(consortium, node);
        });

    [Fact]
    public Task A_message_beyond_the_limit_of_the_wire_is_refused() => healthy.UseAsync(async consortium =>
    {
        var node = consortium.Nodes[0];
        var request = new SubmitRequest { Transaction = ByteString.CopyFrom(new byte[8 << 20]) };

        var refusal = await Assert.ThrowsAsync<RpcException>(() => node.Api.SubmitAsync(request, Call, default));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, refusal.Code);
        await ServesAsync(consortium, node);
    });

    [Fact]
    public Task A_replay_of_a_recorded_transaction_changes_nothing() => healthy.UseAsync(async consortium =>
    {
        using var client = consortium.Client();
        var transaction = client.SignPayment("replayed");
        var first = await client.AnchorAsync(transaction);
        await consortium.HeadsBecomeEqualAsync();
        var before = await consortium.Nodes[0].StatusAsync();

        foreach (var node in consortium.Nodes)
        {
            var bytes = ByteString.CopyFrom(transaction.Encoded.Span);
            await node.Api.SubmitAsync(new SubmitRequest { Transaction = bytes }, Call, default);
            var request = new SubmitAndWaitRequest { Transaction = bytes };
            var again = await node.Api.SubmitAndWaitAsync(request, Call, default);
            Assert.Equal(first.Height.Value, again.Height);
            Assert.Equal(first.FirstLeaf.Value, again.FirstLeaf);
        }

        await ServesAsync(consortium, consortium.Nodes[0]);
        await consortium.HeadsBecomeEqualAsync();
        var after = await consortium.Nodes[0].StatusAsync();
        Assert.Equal(before.LogSize + 1, after.LogSize);
        await consortium.TimelinesHoldExactlyAsync("replayed", [first]);
    });

    [Fact]
    public Task Garbage_on_every_port_harms_nothing() => healthy.UseAsync(async consortium =>
    {
        var random = new SplitMix64(Seed);
        var node = consortium.Nodes[2];
        foreach (var port in new[] { node.Peer.Port, node.Grpc.Port, node.Health.Port })
        {
            for (var length = 1; length <= 1 << 16; length *= 4)
            {
                await ThrowAtAsync(port, Bytes(random, length));
                var http = "GET / HTTP/1.1\r\nContent-Length: 99999999\r\n"u8.ToArray();
                await ThrowAtAsync(port, [.. http, .. Bytes(random, length)]);
                // The preface of HTTP/2, and what libp2p begins with.
                await ThrowAtAsync(port, [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Bytes(random, length)]);
                await ThrowAtAsync(port, [.. "\u0013/multistream/1.0.0\n\u0007/noise\n"u8, .. Bytes(random, length)]);
            }
        }

        Assert.True(node.IsRunning);
        await node.IsReadyAsync();
        await ServesAsync(consortium, node);
        Assert.All((await node.StatusAsync()).Peers, peer => Assert.True(peer.Connected));
    });

    private static byte[] Make(string mistake, Consortium consortium)
    {
        using var client = consortium.Client();
        var record = Records.Payment("mistakes");
        switch (mistake)
        {
            case "nothing":
                return [];
            case "random bytes":
                return Bytes(new SplitMix64(Seed), 300);
            case "truncated":
                return client.Sign([record]).Encoded[..^1].ToArray();
            case "a byte too many":
                return [.. client.Sign([record]).Encoded.Span, 0];
            case "oversized":
                return new byte[consortium.Genesis.Parameters.MaxTransactionBytes + 1];
            case "forged signature":
                var forged = client.Sign([record]).Encoded.ToArray();
                forged[^1] ^= 1;
                return forged;
            case "unknown type":
                return client.Sign([record with { Type = "trade.barter" }]).Encoded.ToArray();
            case "missing field":
                return client.Sign([record with { Attributes = [] }]).Encoded.ToArray();
            case "action not of the type":
                return client.Sign([record with { Action = "dance" }]).Encoded.ToArray();
            case "role not held":
                var review = record with { Type = "pre-trade.review-filing", Action = "approve", Role = "regulator" };
                return client.Sign([review]).Encoded.ToArray();
        }

        var stranger = consortium.Genesis.Suite.CreateSigner(Bytes(new SplitMix64(Seed), CryptoSuite.SecretKeySize));
        var signer = mistake == "unknown key" ? stranger : consortium.Identity;
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var validUntil = mistake switch
        {
            "expired" => now - 1,
            "lifetime too long" => now + (2 * consortium.Genesis.Parameters.MaxTransactionLifetimeMilliseconds),
            _ => now + 60_000,
        };
        var transaction = new Transaction(
            mistake == "wrong channel" ? new ChannelId(Hash256.Zero) : consortium.Genesis.Channel,
            signer.PublicKey.Id,
            mistake == "unknown kind" ? (TransactionKind)9 : TransactionKind.Evidence,
            new Timestamp(validUntil),
            EvidenceBody.Encode([record]));
        return SignedTransaction.Create(transaction, signer, consortium.Genesis.Suite).Encoded.ToArray();
    }

    private static byte[] Bytes(SplitMix64 random, int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)random.Below(256);
        return bytes;
    }

    // Sends bytes and reads what the node has to say, until it closes or has been silent for a moment.
    private static async Task ThrowAtAsync(int port, byte[] bytes)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        using var silence = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        try
        {
            await socket.GetStream().WriteAsync(bytes, silence.Token);
            var answer = new byte[4096];
            while (await socket.GetStream().ReadAsync(answer, silence.Token) > 0)
            {
                // Whatever it says.
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The node closed the connection, or waits for more.
        }
    }

    private static async Task ServesAsync(Consortium consortium, TestNode node)
    {
        using var client = consortium.ClientOf(node);
        var outcome = await client.AnchorAsync(Records.Payment("still-serving"));
        Assert.Equal(AnchorState.Recorded, outcome.State);
    }
}
