using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Merkle;
using Ledger.Core.Snapshots;
using Ledger.Core.Transactions;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
using Ledger.Storage.Snapshots;
using Ledger.Testing.Builders;
using Ledger.Testing.Consensus;

namespace Ledger.Node.Tests.Wire;

public sealed class WireMessagesTests
{
    private static readonly Core.Membership.Genesis Genesis = A.Genesis();

    private static readonly SignedTransaction[] Transactions =
        [.. Enumerable.Range(0, 3).Select(i => Make.Transaction(Genesis, $"t-{i}"))];

    [Fact]
    public void A_batch_comes_back_as_it_was()
    {
        Assert.True(TransactionMessages.TryDecodeBatch(TransactionMessages.EncodeBatch(Transactions), out var decoded));

        Assert.Equal(Transactions.Select(t => t.Encoded.ToArray()), decoded.Select(d => d.ToArray()));
    }

    [Fact]
    public void An_empty_batch_is_one()
    {
        Assert.True(TransactionMessages.TryDecodeBatch(ReadOnlyMemory<byte>.Empty, out var decoded));
        Assert.Empty(decoded);
    }

    private static readonly SyncRequest[] Requests =
    [
        new SyncRequest.Blocks(new BlockHeight(7), 1000),
        new SyncRequest.Transactions([.. Transactions.Select(t => t.Id)]),
        new SyncRequest.Certificates(new BlockHeight(300), 256),
        new SyncRequest.Snapshots(),
        new SyncRequest.State(new BlockHeight(7), StateRange.Whole),
        new SyncRequest.State(new BlockHeight(7), StateRange.Whole.Split().High.Split().Low),
        new SyncRequest.Remembered(new BlockHeight(9), 1000),
        new SyncRequest.Execution(new BlockHeight(3)),
        new SyncRequest.Leaves(5000, 0, 1024),
        new SyncRequest.Leaves(5000, 4999, 1),
    ];

    [Fact]
    public void Requests_come_back_as_they_were()
    {
        foreach (var request in Requests) Assert.Equal(request, SyncRequest.Decode(request.Encode()));
    }

    [Fact]
    public void Certificates_come_back_as_they_were()
    {
        var certificate = A.Certificate(A.Header(Genesis).Encode(), Genesis.Validators);
        var writer = new CanonicalWriter();
        SyncMessages.Append(writer, new BlockHeight(3), certificate);
        SyncMessages.Append(writer, new BlockHeight(5), certificate);

        Assert.True(SyncMessages.TryDecodeCertificates(writer.Written, out var decoded));

        Assert.Equal([3UL, 5UL], decoded.Select(c => c.Height.Value));
        Assert.All(decoded, c => Assert.Equal(certificate.Encode(), c.Certificate.Encode()));
    }

    [Fact]
    public void The_largest_answer_fits_the_largest_block_of_the_channel()
    {
        var parameters = new Core.Membership.ChannelParameters { MaxBlockBytes = 64 << 20 };

        Assert.True(SyncMessages.MaxAnswerBytes(parameters) >= (64 << 20) + SyncMessages.SoftLimitBytes);
    }

    [Fact]
    public void An_answer_comes_back_as_it_was()
    {
        var header = A.Header(Genesis).Encode();
        var certificate = A.Certificate(header, Genesis.Validators);
        var writer = new CanonicalWriter();
        SyncMessages.Append(writer, header, certificate.Encode(), Transactions.Select(t => t.Encoded));
        SyncMessages.Append(writer, header, default, []);

        Assert.True(SyncMessages.TryDecode(writer.ToArray(), out var blocks));

        Assert.Equal(2, blocks.Count);
        Assert.Equal(header, blocks[0].HeaderBytes.ToArray());
        Assert.Equal(certificate.Encode(), blocks[0].Certificate!.Encode());
        Assert.Equal(Transactions.Select(t => t.Encoded.ToArray()), blocks[0].Transactions.Select(d => d.ToArray()));
        Assert.Null(blocks[1].Certificate);
        Assert.Empty(blocks[1].Transactions);
    }

    [Theory]
    [InlineData("")] // neither a height nor ids
    [InlineData("0a0408011001" + "12")] // cut off
    [InlineData("0a040801")] // shorter than it says
    [InlineData("0a04080110")] // a count cut off
    [InlineData("0a021001")] // no height
    [InlineData("0a020801")] // no count
    [InlineData("0a0408001001")] // a default that is written
    [InlineData("0a05080110e907")] // 1,001 blocks
    [InlineData("1a05080110" + "8102")] // 257 certificates
    [InlineData("2000")] // a flag that is not set
    [InlineData("3a00")] // an execution of no height
    [InlineData("4200")] // leaves of an empty log
    [InlineData("420408051003")] // no leaves
    [InlineData("4206080510031803")] // leaves beyond the log
    [InlineData("4207088827188108")] // 1,025 leaves
    [InlineData("1201aa")] // an id of one byte
    [InlineData("0801")] // another kind of field
    [InlineData("0a04080110011a0408011001")] // two requests
    [InlineData("7a00")] // an unknown field
    public void Other_requests_are_refused(string hex)
    {
        Assert.Null(SyncRequest.Decode(Convert.FromHexString(hex)));
    }

    [Fact]
    public void More_than_a_proposal_can_hold_is_refused()
    {
        var writer = new CanonicalWriter();
        for (var i = 0; i <= TransactionMessages.MaxTransactions; i++) writer.Message(1, [1]);

        Assert.False(TransactionMessages.TryDecodeBatch(writer.ToArray(), out _));
        Assert.Null(SyncRequest.Decode(new SyncRequest.Transactions(
            [.. Enumerable.Repeat(Hash256.Zero, SyncRequest.Transactions.MaxIds + 1)]).Encode()));
    }

    [Fact]
    public void Leaves_come_back_as_they_were()
    {
        var served = new ServedLeaves([Hash256.Zero, Transactions[0].Id], [new byte[] { 1, 2 }, new byte[] { 3 }]);

        Assert.True(LeafMessages.TryDecode(LeafMessages.Encode(served), out var decoded));

        Assert.Equal(served.Proof, decoded.Proof);
        Assert.Equal(served.Leaves.Select(l => l.ToArray()), decoded.Leaves.Select(l => l.ToArray()));
    }

    [Fact]
    public void P5_more_leaves_or_hashes_than_an_answer_holds_are_refused()
    {
        ReadOnlyMemory<byte> leaf = new byte[] { 1 };
        var most = SyncRequest.Leaves.MaxCount;

        Assert.True(LeafMessages.TryDecode(
            LeafMessages.Encode(new ServedLeaves([], [.. Enumerable.Repeat(leaf, most)])), out _));
        Assert.False(LeafMessages.TryDecode(
            LeafMessages.Encode(new ServedLeaves([], [.. Enumerable.Repeat(leaf, most + 1)])), out _));
        Assert.False(LeafMessages.TryDecode(
            LeafMessages.Encode(new ServedLeaves([.. Enumerable.Repeat(Hash256.Zero, 129)], [leaf])), out _));
        Assert.False(LeafMessages.TryDecode(
            LeafMessages.Encode(new ServedLeaves([], [new byte[Core.Evidence.EvidenceLimits.LeafBytes + 1]])), out _));
    }

    [Fact]
    public void Empty_transactions_are_refused()
    {
        Assert.False(TransactionMessages.TryDecodeBatch(Convert.FromHexString("0a00"), out _));
        Assert.False(SyncMessages.TryDecode(Convert.FromHexString("0a021a00"), out _));
    }

    [Fact]
    public void P5_ten_thousand_damaged_messages_are_refused_or_canonical()
    {
        var header = A.Header(Genesis).Encode();
        var answer = new CanonicalWriter();
        SyncMessages.Append(
            answer, header, A.Certificate(header, Genesis.Validators).Encode(), Transactions.Select(t => t.Encoded));
        byte[][] sound =
        [
            TransactionMessages.EncodeBatch(Transactions),
            .. Requests.Select(r => r.Encode()),
            answer.ToArray(),
            .. SnapshotAnswers(header),
        ];
        var random = new SplitMix64(20_260_101);
        for (var i = 0; i < 10_000; i++)
        {
            var message = Damage(sound[random.Below(sound.Length)], random);
            if (TransactionMessages.TryDecodeBatch(message, out var batch)) Assert.Equal(message, Encode(batch));
            if (SyncRequest.Decode(message) is { } request) Assert.Equal(message, request.Encode());
            if (SyncMessages.TryDecode(message, out var blocks)) Assert.Equal(message, Encode(blocks));
            if (SnapshotMessages.Decode(message) is { } chunk) Assert.Equal(message, SnapshotMessages.Encode(chunk));
            if (SnapshotMessages.TryDecodeManifests(message, out var offers))
                Assert.Equal(message, SnapshotMessages.EncodeManifests(offers));
            if (SnapshotMessages.TryDecodeIds(message, out var remembered)) Assert.Equal(message, Encode(remembered));
            if (BlockExecution.TryDecode(message, out var execution)) Assert.Equal(message, execution.Encode());
        }
    }

    private static IEnumerable<byte[]> SnapshotAnswers(byte[] header)
    {
        var entry = new SnapshotEntry("timelines", "a"u8.ToArray(), new byte[] { 1 });
        var proof = new StateRangeProof([Hash256.Zero], new StateLeaf(Transactions[0].Id, Transactions[1].Id));
        yield return SnapshotMessages.Encode(new ServedChunk(new BlockHeight(5), new StateChunk(proof, [entry, entry])));
        yield return SnapshotMessages.Encode(new ServedChunk(new BlockHeight(5), null));
        yield return SnapshotMessages.EncodeManifests(
            [new SnapshotManifest(header, A.Certificate(header, Genesis.Validators).Encode(), [], [Transactions[0].Id])]);
        yield return Encode([new ServedIds(header, [.. Transactions.Select(t => t.Id)])]);
        yield return new BlockExecution([new byte[] { 8, 4 }], [entry]).Encode();
    }

    private static byte[] Encode(IReadOnlyList<ServedIds> blocks)
    {
        var writer = new CanonicalWriter();
        foreach (var block in blocks) SnapshotMessages.Append(writer, block.HeaderBytes.Span, block.Ids);
        return writer.ToArray();
    }

    private static byte[] Encode(IReadOnlyList<ReadOnlyMemory<byte>> batch)
    {
        var writer = new CanonicalWriter();
        foreach (var transaction in batch) writer.Message(1, transaction.Span);
        return writer.ToArray();
    }

    private static byte[] Encode(IReadOnlyList<SyncBlock> blocks)
    {
        var writer = new CanonicalWriter();
        foreach (var block in blocks)
            SyncMessages.Append(writer, block.HeaderBytes.Span, block.Certificate?.Encode(), block.Transactions);
        return writer.ToArray();
    }

    private static byte[] Damage(byte[] sound, SplitMix64 random)
    {
        byte[] message = [.. sound];
        for (var edits = 1 + random.Below(3); edits > 0; edits--)
        {
            var at = message.Length == 0 ? 0 : random.Below(message.Length);
            message = random.Below(4) switch
            {
                0 when message.Length > 0 => [.. message[..at], (byte)random.Below(256), .. message[(at + 1)..]],
                1 => [.. message[..at], (byte)random.Below(256), .. message[at..]],
                2 => message[..at],
                _ => [.. message[at..], .. message[..at]],
            };
        }

        return message;
    }
}
