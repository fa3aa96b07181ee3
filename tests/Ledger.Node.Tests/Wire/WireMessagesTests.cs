using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
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

    [Fact]
    public void Requests_come_back_as_they_were()
    {
        var encoded = SyncMessages.EncodeRequest(new BlockHeight(7));
        Assert.True(SyncMessages.TryDecodeRequest(encoded, out var from, out var none));
        Assert.True(SyncMessages.TryDecodeRequest(
            SyncMessages.EncodeRequest(Transactions.Select(t => t.Id)), out var zero, out var ids));

        Assert.Equal(7UL, from.Value);
        Assert.Empty(none);
        Assert.Equal(0UL, zero.Value);
        Assert.Equal(Transactions.Select(t => t.Id), ids);
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
    [InlineData("0801" + "12")] // cut off
    [InlineData("0800")] // a default that is written
    [InlineData("1201aa")] // an id of one byte
    [InlineData("080118")] // an unknown field
    public void Other_requests_are_refused(string hex)
    {
        Assert.False(SyncMessages.TryDecodeRequest(Convert.FromHexString(hex), out _, out _));
    }

    [Fact]
    public void A_request_for_both_a_height_and_ids_is_refused()
    {
        byte[] both =
            [.. SyncMessages.EncodeRequest(new BlockHeight(1)), .. SyncMessages.EncodeRequest([Hash256.Zero])];

        Assert.False(SyncMessages.TryDecodeRequest(both, out _, out _));
    }

    [Fact]
    public void More_than_a_proposal_can_hold_is_refused()
    {
        var writer = new CanonicalWriter();
        for (var i = 0; i <= TransactionMessages.MaxTransactions; i++) writer.Message(1, [1]);

        Assert.False(TransactionMessages.TryDecodeBatch(writer.ToArray(), out _));
        Assert.False(SyncMessages.TryDecodeRequest(
            SyncMessages.EncodeRequest(Enumerable.Repeat(Hash256.Zero, SyncMessages.MaxIds + 1)), out _, out _));
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
            SyncMessages.EncodeRequest(new BlockHeight(300)),
            SyncMessages.EncodeRequest(Transactions.Select(t => t.Id)),
            answer.ToArray(),
        ];
        var random = new SplitMix64(20_260_101);
        for (var i = 0; i < 10_000; i++)
        {
            var message = Damage(sound[random.Below(sound.Length)], random);
            if (TransactionMessages.TryDecodeBatch(message, out var batch)) Assert.Equal(message, Encode(batch));
            if (SyncMessages.TryDecodeRequest(message, out var from, out var ids))
                Assert.Equal(message, ids.Count > 0 ? SyncMessages.EncodeRequest(ids) : SyncMessages.EncodeRequest(from));
            if (SyncMessages.TryDecode(message, out var blocks)) Assert.Equal(message, Encode(blocks));
        }
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
