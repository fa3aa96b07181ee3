using Ledger.Client.Verify;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Receipts;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Verifies a header and its certificate, after asking how the epochs before ended when it is of a later one than
    /// the client has met.
    /// </summary>
    private async Task<CertifiedBlockHeader> VerifyAsync(
        ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> certificate, CancellationToken cancellation)
    {
        await LearnEpochsAsync(header, cancellation);
        return _verifier.Verify(header, certificate.Span);
    }

    private async Task LearnEpochsAsync(ReadOnlyMemory<byte> header, CancellationToken cancellation)
    {
        if (_verifier.IsOfLaterEpoch(header.Span)) await FollowEpochsAsync(cancellation);
    }

    private async Task FollowEpochsAsync(CancellationToken cancellation) =>
        _verifier.Learn(await FetchEpochChangesAsync(ulong.MaxValue, cancellation));

    // As a node tells it: whoever verifies the header checks them.
    private async Task<List<EpochChange>> EpochChangesBeforeAsync(
        ReadOnlyMemory<byte> header, CancellationToken cancellation)
    {
        if (!BlockHeader.TryDecode(header.Span, out var read, out var error))
            throw new LedgerIntegrityException($"a header from the node is malformed: {error}");
        return await FetchEpochChangesAsync(read.Epoch.Value, cancellation);
    }

    private async Task<List<EpochChange>> FetchEpochChangesAsync(ulong epoch, CancellationToken cancellation)
    {
        var changes = new List<EpochChange>();
        while (changes.Count < Receipt.MaxEpochChanges && (ulong)changes.Count < epoch)
        {
            var request = new GetEpochChangesRequest { FromEpoch = (ulong)changes.Count };
            var answer = await _pool.CallAsync(
                (node, timeout, stop) => node.GetEpochChangesAsync(request, timeout, stop), cancellation);
            foreach (var bytes in answer.EpochChanges)
            {
                if (!EpochChange.TryDecode(bytes.Span, out var change, out var error))
                    throw new LedgerIntegrityException($"an epoch change from the node is malformed: {error}");
                changes.Add(change);
            }

            if (answer.EpochChanges.Count == 0 || (ulong)changes.Count >= answer.Epoch) break;
        }

        if ((ulong)changes.Count > epoch) changes.RemoveRange((int)epoch, changes.Count - (int)epoch);
        return changes;
    }
}
