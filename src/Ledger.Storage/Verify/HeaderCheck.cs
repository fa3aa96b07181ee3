using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Snapshots;
using Ledger.Storage.Blocks;
using Ledger.Storage.Schema;
using Ledger.Storage.Snapshots;

namespace Ledger.Storage.Verify;

/// <summary>
/// Checks headers, certificates and validator sets. Walks down from the watermark: every sound header says which hash
/// the one below must have, so a damaged header is named itself and never its neighbour.
/// </summary>
internal sealed class HeaderCheck(VerifyRun run, Marks marks)
{
    // Bound: one entry a damaged header; later checks skip these.
    private readonly HashSet<ulong> _damaged = [];

    // Bound: the epochs of the chain, of which a membership change makes one.
    private readonly Dictionary<Epoch, ValidatorSet?> _sets = [];

    /// <summary>Number of headers looked at.</summary>
    public ulong Blocks { get; private set; }

    /// <summary>Number of certificates that hold.</summary>
    public ulong Certified { get; private set; }

    /// <summary>The newest height.</summary>
    public BlockHeight Newest => marks.Newest ?? default;

    /// <summary>The newest state root: the header's or, where that is damaged, the watermark's.</summary>
    public Hash256? StateRoot => Sound(Newest.Value)?.StateRoot ?? marks.Watermark?.StateRoot;

    /// <summary>The newest size of the log: the header's or, where that is damaged, the watermark's.</summary>
    public ulong? LogSize => Sound(Newest.Value)?.LogSize ?? marks.Watermark?.LogSize;

    /// <summary>The header at a height; null when it is damaged or missing.</summary>
    public BlockHeader? Sound(ulong height)
    {
        if (_damaged.Contains(height)) return null;
        var bytes = run.Scope.Get(run.Context.Headers, LedgerSchema.HeightKey(new BlockHeight(height)));
        return bytes is not null && BlockHeader.TryDecode(bytes, out var header, out _) ? header : null;
    }

    public void Run()
    {
        var newest = Newest.Value;
        var first = run.Context.BaseHeight.Value;
        run.Expect(run.Context.Headers, newest - first + 1);
        run.Expect(run.Context.Epochs);
        CheckFirstEpoch();
        if (run.Context.HasBase) CheckBase();
        var expected = marks.Watermark?.HeaderHash;
        BlockHeader? above = null;
        for (var height = newest; ; height--)
        {
            run.Step("headers", ++Blocks, newest + 1);
            var header = CheckHeader(height, expected, above);
            if (header is null) _damaged.Add(height);
            else if (header.NextValidators is { } next) CheckEpoch(new Epoch(header.Epoch.Value + 1), next, height);
            if (height == first) break;
            expected = header?.Previous ?? CertifiedHash(height - 1);
            above = header;
        }

        if (run.CanRead(run.Context.Certificates)) CheckCertificates(newest);
    }

    // After all validator sets were checked: a damaged set must not be blamed on the certificates it was to verify.
    private void CheckCertificates(ulong newest)
    {
        for (var height = run.Context.BaseHeight.Value; height <= newest; height++)
        {
            run.Step("certificates", height, newest + 1);
            CheckCertificate(height, Sound(height));
        }

        if (run.CanRead(run.Context.Meta)) CheckCertifiedMark(marks.Certified);
    }

    private BlockHeader? CheckHeader(ulong height, Hash256? expected, BlockHeader? above)
    {
        var key = LedgerSchema.HeightKey(new BlockHeight(height));
        var bytes = run.Scope.Get(run.Context.Headers, key);
        if (bytes is null)
        {
            run.ReportMissing(run.Context.Headers, key, height, "the header");
            return null;
        }

        if (!BlockHeader.TryDecode(bytes, out var header, out var error))
        {
            run.Report(run.Context.Headers, key, height, $"the header does not decode: {error}");
            return null;
        }

        var problem = expected is { } hash && BlockHeader.HashOf(bytes, run.Hash) != hash
                ? $"the header does not have the hash {hash} that the chain names"
            : header.Height.Value != height ? $"the header is of height {header.Height}"
            : header.Channel != run.Context.Genesis.Channel ? "the header is another channel's"
            : height == 0 && header.Previous != Hash256.Zero ? "the first header has a predecessor"
            : above is not null && header.Time >= above.Time ? "the header is not earlier than the one above"
            : null;
        if (problem is null) return header;
        run.Report(run.Context.Headers, key, height, problem);
        return null;
    }

    private void CheckCertificate(ulong height, BlockHeader? header)
    {
        var key = LedgerSchema.HeightKey(new BlockHeight(height));
        var bytes = run.Scope.Get(run.Context.Certificates, key);
        if (bytes is null) return;
        run.Expect(run.Context.Certificates);
        if (!QuorumCertificate.TryDecode(bytes, out var certificate, out var error))
        {
            run.Report(run.Context.Certificates, key, height, $"the certificate does not decode: {error}");
            return;
        }

        // Without a sound header or set there is nothing to hold it against; that damage is named already.
        if (header is null || Validators(header.Epoch) is not { } validators) return;
        var hash = BlockHeader.HashOf(header.Encode(), run.Hash);
        var fault = certificate.Verify(hash, validators, run.Context.Suite);
        if (fault == CertificateFault.None) Certified++;
        else run.Report(run.Context.Certificates, key, height, $"the certificate does not hold: {fault}");
    }

    private Hash256? CertifiedHash(ulong height)
    {
        if (!run.CanRead(run.Context.Certificates)) return null;
        var bytes = run.Scope.Get(run.Context.Certificates, LedgerSchema.HeightKey(new BlockHeight(height)));
        return bytes is not null && QuorumCertificate.TryDecode(bytes, out var certificate, out _)
            ? certificate.HeaderHash
            : null;
    }

    private void CheckCertifiedMark(BlockHeight? certified)
    {
        using var iterator = run.Scope.Iterate(run.Context.Certificates);
        BlockHeight? last = iterator.SeekToLast() && iterator.Key.Length == 8
            ? new BlockHeight(LedgerSchema.ReadNumber(iterator.Key))
            : null;
        if (last == certified || run.HasFinding(run.Context.Meta, LedgerSchema.CertifiedKey)) return;
        run.Report(
            run.Context.Meta, LedgerSchema.CertifiedKey, certified?.Value,
            $"the certified height is {certified?.ToString() ?? "not set"}, " +
            $"and the newest certificate is for {last?.ToString() ?? "none"}");
    }

    private void CheckFirstEpoch()
    {
        var first = run.Context.Genesis.Validators;
        CheckEpoch(first.Epoch, first.HashWith(run.Hash), null);
    }

    // The chain below the base is not here; the manifest proves in its place that the base is the channel's.
    private void CheckBase()
    {
        var context = run.Context;
        var bytes = run.Scope.Get(context.Base, BaseReader.ManifestKey);
        if (bytes is null)
        {
            run.ReportMissing(context.Base, BaseReader.ManifestKey, context.BaseHeight.Value, "the snapshot's manifest");
            return;
        }

        var fault = SnapshotFault.Malformed;
        ProvenSnapshot? proven = null;
        if (SnapshotManifest.TryDecode(bytes, out var manifest, out _)) fault = manifest.Verify(context.Genesis, out proven);
        if (proven is null || proven.Height != context.BaseHeight)
        {
            run.Report(
                context.Base, BaseReader.ManifestKey, context.BaseHeight.Value,
                $"the snapshot's manifest does not hold: {fault}");
            return;
        }

        foreach (var set in proven.Validators.Skip(1))
            CheckEpoch(set.Epoch, set.HashWith(run.Hash), context.BaseHeight.Value);
        if (Sound(context.BaseHeight.Value) is { } header && header != proven.Header)
        {
            run.Report(
                context.Headers, LedgerSchema.HeightKey(context.BaseHeight), context.BaseHeight.Value,
                "the header is not the one that the snapshot's manifest proves");
        }
    }

    private void CheckEpoch(Epoch epoch, Hash256 expected, ulong? height)
    {
        if (!run.CanRead(run.Context.Epochs)) return;
        if (height is not null) run.Expect(run.Context.Epochs);
        var key = LedgerSchema.EpochKey(epoch);
        var bytes = run.Scope.Get(run.Context.Epochs, key);
        if (bytes is null) run.ReportMissing(run.Context.Epochs, key, height, $"the validator set of epoch {epoch}");
        else if (!StoredValidators.TryOpen(run.Context, epoch, bytes, out var set, out var fault))
            run.Report(run.Context.Epochs, key, height, $"the validator set is damaged: {fault}");
        else if (set.Epoch != epoch || set.HashWith(run.Hash) != expected)
            run.Report(run.Context.Epochs, key, height, $"not the validator set of epoch {epoch} that the chain names");
    }

    private ValidatorSet? Validators(Epoch epoch)
    {
        if (_sets.TryGetValue(epoch, out var known)) return known;
        var key = LedgerSchema.EpochKey(epoch);
        ValidatorSet? set = null;
        if (run.CanRead(run.Context.Epochs) && !run.HasFinding(run.Context.Epochs, key)
            && run.Scope.Get(run.Context.Epochs, key) is { } bytes)
            StoredValidators.TryOpen(run.Context, epoch, bytes, out set, out _);
        _sets.Add(epoch, set);
        return set;
    }
}
