using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Transactions;
using Ledger.Node.Tests.Support;
using Ledger.Node.Wire;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Sync;

/// <summary>A chain as an honest peer serves it, and ways to lie about it.</summary>
internal sealed class ServedChain : IDisposable
{
    public ServedChain(int blocks, int transactions = 2)
    {
        for (var i = 0; i < blocks; i++)
        {
            Ledger.Add([.. Enumerable.Range(0, transactions).Select(
                j => Make.Transaction(Ledger.Genesis, $"{i}-{j}", j % 2 == 0 ? "org-a" : "org-b"))]);
        }
    }

    public TestLedger Ledger { get; } = new();

    public BlockHeight Top => Ledger.Chain.Certified.Header.Height;

    /// <summary>The blocks that answer a request.</summary>
    public List<SyncBlock> Blocks(SyncRequest.Blocks request, int most = int.MaxValue)
    {
        var blocks = new List<SyncBlock>();
        var reader = Ledger.Store.Live.Blocks;
        for (var height = request.From; blocks.Count < Math.Min(most, request.Count) && height <= Top; height = height.Next)
        {
            blocks.Add(new SyncBlock(
                reader.Header(height)!.Bytes,
                reader.Certificate(height),
                [.. reader.Block(height)!.Transactions.Select(t => t.Encoded)]));
        }

        return blocks;
    }

    public static byte[] Encode(List<SyncBlock> blocks)
    {
        var writer = new CanonicalWriter();
        foreach (var block in blocks)
            SyncMessages.Append(writer, block.HeaderBytes.Span, block.Certificate?.Encode(), block.Transactions);
        return writer.ToArray();
    }

    public static SyncBlock Changed(SyncBlock block, Func<BlockHeader, BlockHeader> change) =>
        Changed(block, change, block.Certificate);

    public static SyncBlock Changed(
        SyncBlock block, Func<BlockHeader, BlockHeader> change, QuorumCertificate? certificate)
    {
        Assert.True(BlockHeader.TryDecode(block.HeaderBytes.Span, out var header, out _));
        return block with { HeaderBytes = change(header).Encode(), Certificate = certificate };
    }

    /// <summary>A block that a quorum certified: what no peer can make, but a test can.</summary>
    public static SyncBlock Recertified(SyncBlock block, Func<BlockHeader, BlockHeader> change)
    {
        var changed = Changed(block, change, null);
        return changed with { Certificate = CertificateOf(changed, 3) };
    }

    public static QuorumCertificate CertificateOf(SyncBlock block, int signers) =>
        A.Certificate(block.HeaderBytes.Span, A.ValidatorSet(0, A.Members(4)), signers);

    // The id covers the payload alone, so the header's root still fits.
    public static ReadOnlyMemory<byte> Resigned(SyncBlock block)
    {
        Assert.True(SignedTransaction.TryDecode(block.Transactions[0], Sha256.Instance, out var transaction, out _));
        var other = A.ClientSigner("org-b").Sign(DomainTag.Transaction, transaction.Content.Encode());
        return (byte[])[.. block.Transactions[0].Span[..^64], .. other];
    }

    public void Dispose() => Ledger.Dispose();
}
