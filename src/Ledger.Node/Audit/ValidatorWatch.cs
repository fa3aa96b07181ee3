using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Membership;
using Ledger.Core.Receipts;
using Ledger.Network;
using Ledger.Node.Accountability;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Wire;
using Ledger.Storage;
using Ledger.Storage.Audit;

namespace Ledger.Node.Audit;

/// <summary>What the watches of all validators share.</summary>
internal sealed record WatchParts(
    LedgerStore Store,
    AuditStore Audit,
    ChainView Chain,
    IPeerNetwork Network,
    FaultRecorder Faults,
    AuditNotes Notes,
    NodeClock Clock,
    Func<Epoch, ValidatorSet?> Sets,
    EpochEnds Ends,
    Action<BlockHeight> Follow);

/// <summary>
/// Watches one validator: asks it for its newest certified block and its clock, compares every block that it serves with
/// the one certified here, verifies every certificate and every proof of a fault that it serves, and notes what is wrong.
/// Also tells the follower how far there is to go: what a verified certificate says, so that a liar leads nowhere.
/// </summary>
/// <remarks>
/// One loop; <see cref="Status"/> may be read from any thread. One request at a time is under way, so a validator that
/// is slow delays nobody else's watch.
/// </remarks>
internal sealed class ValidatorWatch(WatchParts parts, ValidatorIndex index, Validator validator)
{
    private const int FaultsEvery = 5;
    private const long SilentAfterMs = 15_000;

    // Further behind than consensus orders ahead of the stable checkpoint: this one does not take part.
    private const ulong LaggingBlocks = 256;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly PeerId _peer = PeerId.FromPublicKey(validator.Key.Encoded);

    // What lasts. Bound: one for each kind.
    private readonly HashSet<FindingKind> _lasting = [];

    private WatchStatus _status = WatchStatus.Unheard;
    private ReadOnlyMemory<byte> _faultCursor;
    private long _heardAt;
    private int _round;

    /// <summary>The validator's index in the epoch's set.</summary>
    public ValidatorIndex Index => index;

    /// <summary>The validator.</summary>
    public Validator Validator => validator;

    /// <summary>What is known of it now.</summary>
    public WatchStatus Status => Volatile.Read(ref _status);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _heardAt = parts.Clock.Elapsed;
        using var timer = new PeriodicTimer(Interval, parts.Clock.Provider);
        do
        {
            await RoundAsync(stop).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
    }

    /// <summary>Asks everything once.</summary>
    public async Task RoundAsync(CancellationToken stop)
    {
        if (await AskAsync(new AuditRequest.Status(), stop).ConfigureAwait(false) is not { } answer)
        {
            NoteSilence();
            return;
        }

        _heardAt = parts.Clock.Elapsed;
        _lasting.Remove(FindingKind.Silent);
        TakeStatus(answer.Span);
        while (await CompareRunAsync(stop).ConfigureAwait(false))
        {
            // As long as there is more to compare.
        }

        if (_round++ % FaultsEvery == 0) await FetchFaultsAsync(stop).ConfigureAwait(false);
    }

    private async Task<ReadOnlyMemory<byte>?> AskAsync(AuditRequest request, CancellationToken stop)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timeout.CancelAfter(RequestTimeout);
        try
        {
            return await parts.Network.RequestAsync(_peer, LedgerProtocols.Audit, request.Encode(), timeout.Token)
                .ConfigureAwait(false);
        }
        catch (PeerRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private void TakeStatus(ReadOnlySpan<byte> answer)
    {
        if (!AuditMessages.TryDecode(answer, out ServedStatus? served))
        {
            Note(FindingKind.MalformedAnswer, "its status is not one of this protocol");
            return;
        }

        var now = parts.Clock.Now;
        var offset = (long)served.Time.UnixMilliseconds - (long)now.UnixMilliseconds;
        var certified = served.Newest is { } newest && CertifiedHeight(newest) is { } height ? height : default;
        Volatile.Write(ref _status, new WatchStatus(certified, now, offset));
        var allowed = (long)parts.Store.Genesis.Parameters.MaxClockDriftMilliseconds / 2;
        NoteOnce(
            FindingKind.ClockOffset,
            Math.Abs(offset) > allowed,
            $"its clock is {offset} ms from this node's; the channel allows twice {allowed}");
        if (certified > parts.Chain.Certified.Header.Height) parts.Follow(certified);
        NoteOnce(
            FindingKind.Lagging,
            IsLagging(certified, parts.Chain.Certified.Header.Height),
            $"its newest certified block is {certified}");
    }

    /// <summary>Whether a validator's newest block is far behind this node's. It may name any height.</summary>
    internal static bool IsLagging(BlockHeight theirs, BlockHeight own) =>
        theirs < own && own.Value - theirs.Value > LaggingBlocks;

    // The height of a served block whose certificate holds, or whose epoch is not known here yet, so that following must
    // show whether it does.
    private BlockHeight? CertifiedHeight(ServedHeader served)
    {
        var genesis = parts.Store.Genesis;
        if (!BlockHeader.TryDecode(served.HeaderBytes.Span, out var header, out _)
            || header.Channel != genesis.Channel
            || !QuorumCertificate.TryDecode(served.CertificateBytes.Span, out var certificate, out _))
        {
            Note(FindingKind.MalformedAnswer, "its newest block is not one of this channel");
            return null;
        }

        if (parts.Sets(header.Epoch) is not { } set) return header.Height;
        var hash = BlockHeader.HashOf(served.HeaderBytes.Span, genesis.Suite.Hash);
        var fault = certificate.Verify(hash, set, genesis.Suite);
        if (fault == CertificateFault.None) return header.Height;
        parts.Notes.Note(
            FindingKind.UncertifiedHeader,
            index,
            header.Height,
            $"the certificate of its newest block does not hold: {fault}",
            FileOf(served, parts.Ends.Before(header.Epoch)));
        return null;
    }

    private async Task<bool> CompareRunAsync(CancellationToken stop)
    {
        var from = parts.Audit.NextOf(validator.Key.Id);
        var last = parts.Chain.Certified.Header.Height;
        if (Status.Certified < last) last = Status.Certified;
        if (from > last) return false;
        var count = (int)Math.Min(AuditMessages.MaxHeaders, last.Value - from.Value + 1);
        if (await AskAsync(new AuditRequest.Headers(from, count), stop).ConfigureAwait(false) is not { } answer)
            return false;
        if (!AuditMessages.TryDecode(answer.Span, out IReadOnlyList<ServedHeader>? headers) || headers.Count > count)
        {
            Note(FindingKind.MalformedAnswer, $"its headers from height {from} are not an answer of this protocol");
            return false;
        }

        if (headers.Count == 0) return await SkipLackingAsync(from, last, stop).ConfigureAwait(false);
        var signers = new List<byte[]>(headers.Count);
        var height = from;
        foreach (var served in headers)
        {
            signers.Add(Compare(height, served));
            height = height.Next;
        }

        parts.Audit.NoteSigners(from, signers, validator.Key.Id);
        parts.Notes.Compared(headers.Count);
        return true;
    }

    // A validator that began from a snapshot, perhaps after it lost what was compared so far, has no blocks below that.
    // Comparing goes on with the first that it has, found by halving; what it lacks, other validators serve.
    private async Task<bool> SkipLackingAsync(BlockHeight lacking, BlockHeight newest, CancellationToken stop)
    {
        var (low, high) = (lacking.Value, newest.Value);
        if (high <= low || await HasAsync(high, stop).ConfigureAwait(false) != true) return false;
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            // Who does not answer lacks nothing for that; the next round begins again.
            if (await HasAsync(middle, stop).ConfigureAwait(false) is not { } has) return false;
            if (has) high = middle;
            else low = middle;
        }

        parts.Notes.Note(
            FindingKind.LacksHistory, index, lacking,
            $"it serves no blocks from height {lacking} to {high - 1}: they cannot be compared");
        parts.Audit.NoteSigners(new BlockHeight(high), [], validator.Key.Id);
        return true;
    }

    private async Task<bool?> HasAsync(ulong height, CancellationToken stop) =>
        await AskAsync(new AuditRequest.Headers(new BlockHeight(height), 1), stop).ConfigureAwait(false) is { } answer
        && AuditMessages.TryDecode(answer.Span, out IReadOnlyList<ServedHeader>? headers)
            ? headers.Count > 0
            : null;

    private byte[] Compare(BlockHeight height, ServedHeader served)
    {
        var blocks = parts.Store.Live.Blocks;
        var own = blocks.Header(height)!;
        var certificate = blocks.Certificate(height);
        var set = parts.Sets(own.Header.Epoch)!;
        var ends = parts.Ends.Before(own.Header.Epoch);
        var verdict = HeaderComparison.Compare(own, certificate, served, set, parts.Store.Genesis, ends);
        if (verdict.Finding == FindingKind.None) return verdict.Signers;
        var ours = certificate is null
            ? default(ReadOnlyMemory<byte>)
            : new HeaderProof(own.Bytes, certificate.Encode(), ends).WriteJson();
        // Proofs first: a finding that can be seen is never without those whom it proves guilty, whenever the node dies.
        foreach (var culprit in verdict.Culprits) parts.Faults.Keep(culprit.Proof);
        parts.Notes.Note(verdict.Finding, index, height, verdict.Detail, FileOf(served, ends), ours);
        return verdict.Signers;
    }

    private async Task FetchFaultsAsync(CancellationToken stop)
    {
        if (await AskAsync(new AuditRequest.Faults(_faultCursor), stop).ConfigureAwait(false) is not { } answer) return;
        if (!AuditMessages.TryDecode(answer.Span, out ServedFaults? faults))
        {
            Note(FindingKind.MalformedAnswer, "its proofs of faults are not an answer of this protocol");
            return;
        }

        foreach (var encoded in faults.Proofs)
        {
            var verdict = FaultProof.TryDecode(encoded.Span, out var proof, out var error)
                ? parts.Faults.Keep(proof)
                : FaultContext.Refuse(FaultRefusal.Malformed, $"the proof is not canonical: {error}");
            if (!verdict.IsProven)
                Note(FindingKind.FalseAccusation, $"it serves as proof what proves nothing: {verdict.Detail}");
        }

        if (!faults.Cursor.IsEmpty) _faultCursor = faults.Cursor;
    }

    private void NoteSilence()
    {
        var silent = parts.Clock.Elapsed - _heardAt;
        NoteOnce(FindingKind.Silent, silent >= SilentAfterMs, $"it has not answered for {silent} ms");
    }

    // What lasts is noted once, and again only after it was over.
    private void NoteOnce(FindingKind kind, bool isSo, string detail)
    {
        if (!isSo) _lasting.Remove(kind);
        else if (_lasting.Add(kind)) Note(kind, detail);
    }

    private void Note(FindingKind kind, string detail) =>
        parts.Notes.Note(kind, index, parts.Chain.Certified.Header.Height, detail);

    private static byte[] FileOf(ServedHeader served, IReadOnlyList<EpochChange> ends) =>
        new HeaderProof(served.HeaderBytes, served.CertificateBytes, ends).WriteJson();
}
