using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;

namespace Ledger.Core.Receipts;

/// <summary>
/// Verifies many receipts of one channel: the verdicts are those of <see cref="ReceiptVerifier"/>, but what receipts have
/// in common (epoch changes, headers with their certificates, nodes of the log tree) is checked once.
/// </summary>
/// <remarks>
/// Not thread-safe; make one for each thread. Holds at most <see cref="MaxHeaders"/> headers, and of all of them at most
/// <see cref="MaxNodes"/> nodes. Never throws for hostile input. A receipt that does not hold costs up to twice what it
/// costs the plain verifier, which gives its verdict.
/// </remarks>
public sealed class CachingReceiptVerifier(Genesis genesis)
{
    /// <summary>Most headers that are remembered.</summary>
    public const int MaxHeaders = 64;

    /// <summary>Most nodes of log trees that are remembered, those of all headers together.</summary>
    public const int MaxNodes = 1 << 17;

    // Bound: MaxHeaders; then it begins anew.
    private readonly Dictionary<Hash256, KnownHeader> _headers = [];

    // How epochs ended, verified; the same changes as bytes. Bound: Receipt.MaxEpochChanges.
    private IReadOnlyList<EpochChange> _changes = [];
    private IReadOnlyList<EpochEnd> _ends = [];

    private KnownHeader? _last;
    private int _nodes;

    /// <summary>Verifies a receipt in its binary form.</summary>
    public ReceiptVerdict Verify(ReadOnlySpan<byte> encoded) =>
        Receipt.TryDecode(encoded, out var receipt, out _)
            ? Verify(receipt)
            : ReceiptVerifier.Verify(encoded, genesis);

    /// <summary>Verifies a receipt.</summary>
    public ReceiptVerdict Verify(Receipt receipt)
    {
        var known = Find(receipt) ?? Learn(receipt);
        return (known is null ? null : VerifyUnder(known, receipt)) ?? ReceiptVerifier.Verify(receipt, genesis);
    }

    private KnownHeader? Find(Receipt receipt)
    {
        if (_last is not null && _last.IsOf(receipt)) return _last;
        var hash = BlockHeader.HashOf(receipt.HeaderBytes.Span, genesis.Suite.Hash);
        if (!_headers.TryGetValue(hash, out var known) || !known.IsOf(receipt)) return null;
        return _last = known;
    }

    // Null when the header does not hold; the plain verifier says why.
    private KnownHeader? Learn(Receipt receipt)
    {
        if (!HasKnownEpochs(receipt)) LearnEpochs(receipt);
        if (!HasKnownEpochs(receipt) || !BlockHeader.TryDecode(receipt.HeaderBytes.Span, out var header, out _)
            || header.Channel != genesis.Channel || header.Epoch.Value != (ulong)receipt.EpochChanges.Count)
        {
            return null;
        }

        var count = receipt.EpochChanges.Count;
        if (count > 0 && header.Height <= _ends[count - 1].Header.Height) return null;
        var validators = count > 0 ? _ends[count - 1].Next : genesis.Validators;
        if (!ReceiptVerifier.IsCertified(receipt.CertificateBytes, receipt.HeaderBytes, validators, genesis.Suite))
            return null;
        if (_headers.Count >= MaxHeaders) Forget();
        var hash = BlockHeader.HashOf(receipt.HeaderBytes.Span, genesis.Suite.Hash);
        _last = new KnownHeader(header, hash, receipt);
        if (_headers.Remove(hash, out var replaced)) _nodes -= replaced.Nodes.Count;
        _headers.Add(hash, _last);
        return _last;
    }

    private bool HasKnownEpochs(Receipt receipt)
    {
        var changes = receipt.EpochChanges;
        if (changes.Count > _changes.Count) return false;
        for (var i = 0; i < changes.Count; i++)
        {
            if (!ReferenceEquals(changes[i], _changes[i]) && !changes[i].Equals(_changes[i])) return false;
        }

        return true;
    }

    private void LearnEpochs(Receipt receipt)
    {
        var ends = new List<EpochEnd>();
        var epoch = new Epoch((ulong)receipt.EpochChanges.Count);
        if (ReceiptVerifier.FollowEpochs(receipt.EpochChanges, epoch, genesis, ends) is not null) return;
        (_changes, _ends) = ([.. receipt.EpochChanges], ends);
    }

    // Null when the leaf is not what it must be; the plain verifier says why.
    private ReceiptVerdict? VerifyUnder(KnownHeader known, Receipt receipt)
    {
        if (!EvidenceLeaf.TryDecode(receipt.LeafBytes, out var leaf, out var record, out _)) return null;
        var leafHash = EvidenceLeaf.HashOf(receipt.LeafBytes.Span, genesis.Suite.Hash);
        if (!IsIncluded(known, leafHash, receipt.Index.Value, receipt.Path)) return null;
        return ReceiptVerifier.Hold(
            new ReceiptContent(record, leaf, leafHash, receipt.Index, known.Header, known.Hash), genesis);
    }

    // The walk of LogProofs.VerifyInclusion. A node whose parent was computed before from the same two hashes has that
    // parent, so the walk comes to the same end.
    private bool IsIncluded(KnownHeader known, Hash256 computed, ulong index, IReadOnlyList<Hash256> path)
    {
        var size = known.Header.LogSize;
        if (size > LogTree.MaxSize || index >= size || path.Count > Receipt.MaxPath) return false;
        Span<(ulong Key, KnownNode Node)> made = stackalloc (ulong, KnownNode)[Receipt.MaxPath];
        var (node, last, level, count) = (index, size - 1, 0, 0);
        for (var i = 0; i < path.Count; i++)
        {
            if (last == 0) return false;
            var sibling = path[i];
            var key = (1UL << (KnownNode.KeyBits - level)) | node;
            var isRight = (node & 1) == 1 || node == last;
            if (known.Nodes.TryGetValue(key, out var before) && before.Hash == computed && before.Sibling == sibling)
            {
                computed = before.Parent;
            }
            else
            {
                var parent = isRight
                    ? LogTree.NodeHash(genesis.Suite.Hash, sibling, computed)
                    : LogTree.NodeHash(genesis.Suite.Hash, computed, sibling);
                made[count++] = (key, new KnownNode(computed, sibling, parent));
                computed = parent;
            }

            if (isRight)
            {
                while ((node & 1) == 0 && node != 0) (node, last, level) = (node >> 1, last >> 1, level + 1);
            }

            (node, last, level) = (node >> 1, last >> 1, level + 1);
        }

        if (last != 0 || computed != known.Header.LogRoot) return false;
        if (_nodes + count > MaxNodes) ForgetNodes();
        foreach (var (key, entry) in made[..count]) known.Nodes[key] = entry;
        _nodes += count;
        return true;
    }

    private void Forget()
    {
        _headers.Clear();
        _nodes = 0;
    }

    private void ForgetNodes()
    {
        foreach (var header in _headers.Values) header.Nodes.Clear();
        _nodes = 0;
    }

    /// <summary>A node of a log tree whose path led to a certified root.</summary>
    private readonly record struct KnownNode(Hash256 Hash, Hash256 Sibling, Hash256 Parent)
    {
        // Level and place in one number: a tree has at most 2^62 leaves.
        public const int KeyBits = 62;
    }

    /// <summary>A header whose certificate holds, with the exact bytes for which that was found.</summary>
    private sealed class KnownHeader(BlockHeader header, Hash256 hash, Receipt receipt)
    {
        public BlockHeader Header => header;

        public Hash256 Hash => hash;

        // Bound: MaxNodes, all headers together.
        public Dictionary<ulong, KnownNode> Nodes { get; } = [];

        public bool IsOf(Receipt other)
        {
            if (!other.HeaderBytes.Span.SequenceEqual(receipt.HeaderBytes.Span)
                || !other.CertificateBytes.Span.SequenceEqual(receipt.CertificateBytes.Span)
                || other.EpochChanges.Count != receipt.EpochChanges.Count)
            {
                return false;
            }

            if (ReferenceEquals(other.EpochChanges, receipt.EpochChanges)) return true;
            for (var i = 0; i < other.EpochChanges.Count; i++)
            {
                if (!other.EpochChanges[i].Equals(receipt.EpochChanges[i])) return false;
            }

            return true;
        }
    }
}
