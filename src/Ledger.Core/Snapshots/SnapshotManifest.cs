using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;

namespace Ledger.Core.Snapshots;

/// <summary>Why a snapshot's manifest is not to be trusted.</summary>
public enum SnapshotFault
{
    /// <summary>It proves what it says.</summary>
    None = 0,

    /// <summary>The header or one of the epoch changes is not canonical.</summary>
    Malformed,

    /// <summary>It is another channel's.</summary>
    OtherChannel,

    /// <summary>The block is genesis, which every node makes itself, or ends its epoch.</summary>
    NoSnapshotHeight,

    /// <summary>The epoch changes do not lead from genesis to the epoch of the block.</summary>
    EpochsBroken,

    /// <summary>The block's certificate does not hold under the validators of its epoch.</summary>
    NotCertified,

    /// <summary>The subtree roots are not those of the block's log.</summary>
    OtherLog,
}

/// <summary>
/// What a node that begins at a block instead of at genesis has to be shown before it believes anything else: the block's
/// header with its certificate, how the epochs led there, and the right edge of the log. Immutable; exact bytes.
/// </summary>
/// <remarks>docs/spec/sync.md section 4. Everything else of a snapshot is proven against this header.</remarks>
/// <param name="HeaderBytes">The encoded header.</param>
/// <param name="CertificateBytes">The encoded certificate over it.</param>
/// <param name="Epochs">How each epoch before the block's ended, the first one first.</param>
/// <param name="LogSubtrees">The roots of the log's maximal complete subtrees, largest first.</param>
public sealed record SnapshotManifest(
    ReadOnlyMemory<byte> HeaderBytes,
    ReadOnlyMemory<byte> CertificateBytes,
    IReadOnlyList<EpochChange> Epochs,
    IReadOnlyList<Hash256> LogSubtrees)
{
    /// <summary>Most epoch changes in a manifest.</summary>
    public const int MaxEpochs = 10_000;

    /// <summary>Largest encoding in bytes; with many epochs, a node takes the chain itself instead.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(1024);
        writer.Bytes(1, HeaderBytes.Span);
        writer.Bytes(2, CertificateBytes.Span);
        foreach (var change in Epochs) change.WriteTo(writer, 3);
        foreach (var subtree in LogSubtrees) writer.Hash(4, subtree);
        return writer.ToArray();
    }

    /// <summary>Decodes a manifest. Whether it proves anything is for <see cref="Verify"/> to say.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SnapshotManifest? manifest, out DecodeError error)
    {
        manifest = null;
        var epochs = new List<EpochChange>();
        var subtrees = new List<Hash256>();
        var reader = new CanonicalReader(bytes);
        var header = reader.RequiredBytes(1, BlockHeader.MaxBytes);
        var certificate = reader.RequiredBytes(2, QuorumCertificate.MaxBytes);
        while (reader.IsNext(3) && epochs.Count < MaxEpochs)
        {
            if (EpochChange.Read(reader.Message(3, EpochChange.MaxBytes), out var fault) is { } change)
                epochs.Add(change);
            else
                reader.Fail(fault.Kind, 3);
        }

        while (reader.IsNext(4) && subtrees.Count < LogTree.MaxProofLength) subtrees.Add(reader.Hash(4));
        var ok = reader.End();
        error = reader.Error;
        if (ok) manifest = new SnapshotManifest(header.ToArray(), certificate.ToArray(), epochs, subtrees);
        return ok;
    }

    /// <summary>Checks everything against genesis.</summary>
    /// <param name="genesis">The channel's genesis document.</param>
    /// <param name="proven">What is proven when there is no fault.</param>
    public SnapshotFault Verify(Genesis genesis, out ProvenSnapshot? proven)
    {
        proven = null;
        if (!BlockHeader.TryDecode(HeaderBytes.Span, out var header, out _)) return SnapshotFault.Malformed;
        if (header.Channel != genesis.Channel) return SnapshotFault.OtherChannel;
        if (header.Height.Value == 0 || header.NextValidators is not null) return SnapshotFault.NoSnapshotHeight;
        if (Walk(genesis, header.Height) is not { } sets || sets[^1].Epoch != header.Epoch)
            return SnapshotFault.EpochsBroken;
        var hash = BlockHeader.HashOf(HeaderBytes.Span, genesis.Suite.Hash);
        if (!Holds(CertificateBytes, hash, sets[^1], genesis.Suite)) return SnapshotFault.NotCertified;
        var subtrees = CollectionsMarshal.AsSpan(LogSubtrees.ToList());
        if (!LogFrontier.TryRestore(genesis.Suite.Hash, header.LogSize, subtrees, out var log)
            || log.Root() != header.LogRoot)
        {
            return SnapshotFault.OtherLog;
        }

        proven = new ProvenSnapshot(this, header, hash, sets, log);
        return SnapshotFault.None;
    }

    // The validator sets from genesis on; null when a change does not hold.
    private List<ValidatorSet>? Walk(Genesis genesis, BlockHeight last)
    {
        var sets = new List<ValidatorSet> { genesis.Validators };
        var below = default(BlockHeight);
        foreach (var change in Epochs)
        {
            if (!BlockHeader.TryDecode(change.HeaderBytes.Span, out var ending, out _)
                || !ValidatorSet.TryDecode(change.ValidatorsBytes.Span, genesis.Suite, out var next, out _))
            {
                return null;
            }

            var hash = BlockHeader.HashOf(change.HeaderBytes.Span, genesis.Suite.Hash);
            if (ending.Channel != genesis.Channel || ending.Epoch != sets[^1].Epoch
                || ending.Height <= below || ending.Height >= last
                || ending.NextValidators != next.HashWith(genesis.Suite.Hash) || next.Epoch != ending.Epoch.Next
                || !Holds(change.CertificateBytes, hash, sets[^1], genesis.Suite))
            {
                return null;
            }

            below = ending.Height;
            sets.Add(next);
        }

        return sets;
    }

    private static bool Holds(
        ReadOnlyMemory<byte> certificate, in Hash256 header, ValidatorSet validators, CryptoSuite suite) =>
        QuorumCertificate.TryDecode(certificate.Span, out var decoded, out _)
        && decoded.Verify(header, validators, suite) == CertificateFault.None;
}

/// <summary>What a verified manifest proves.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="Header">The block's header.</param>
/// <param name="Hash">The header's hash.</param>
/// <param name="Validators">The validators of every epoch up to the block's, the first one first.</param>
/// <param name="Log">The log's right edge after the block.</param>
public sealed record ProvenSnapshot(
    SnapshotManifest Manifest,
    BlockHeader Header,
    Hash256 Hash,
    IReadOnlyList<ValidatorSet> Validators,
    LogFrontier Log)
{
    /// <summary>The block's height.</summary>
    public BlockHeight Height => Header.Height;

    /// <summary>
    /// How many leaves of the log must be known to execute what follows: all of them where contracts may ask about any,
    /// none on a channel without contracts (docs/spec/sync.md section 9).
    /// </summary>
    public ulong LeavesNeeded(ChannelParameters parameters) => parameters.Contracts is null ? 0 : Header.LogSize;

    /// <summary>
    /// The first moment whose blocks' transaction ids must be known to execute what follows: an older transaction has
    /// expired, and no honest validator prepares it (docs/spec/sync.md section 6).
    /// </summary>
    public Timestamp RememberedFrom(ChannelParameters parameters)
    {
        var remembered = checked(
            parameters.MaxTransactionLifetimeMilliseconds + (4 * parameters.MaxClockDriftMilliseconds));
        return new Timestamp(Header.Time.UnixMilliseconds - Math.Min(Header.Time.UnixMilliseconds, remembered));
    }
}
