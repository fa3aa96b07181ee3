using System.Runtime.CompilerServices;
using Google.Protobuf;
using Ledger.Client.Query;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Finds evidence, oldest first. Pages are fetched as the enumeration goes on; each entry is checked to be what was
    /// asked for, but that none is left out is proven only for a subject (<see cref="GetTimelineAsync"/>).
    /// </summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">The node refused the query.</exception>
    /// <exception cref="LedgerIntegrityException">The node answered with something else.</exception>
    public async IAsyncEnumerable<EvidenceEntry> QueryAsync(
        EvidenceQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.PageSize, 1000);
        var request = query.ToRequest();
        LogIndex? last = null;
        while (true)
        {
            var page = await _pool.CallAsync(
                (node, timeout, stop) => node.QueryEvidenceAsync(request, timeout, stop), cancellation);
            foreach (var item in page.Evidence)
            {
                var entry = ReadEntry(item);
                if (!query.Fits(entry.Record))
                    throw new LedgerIntegrityException(
                        $"the node answered the query with {entry.Id}, which does not fit it");
                // Also what ends the loop against a node that serves the same page for ever.
                if (last is { } before && entry.Index.Value <= before.Value)
                    throw new LedgerIntegrityException("the node's answer is not in the order of the log");
                last = entry.Index;
                if (query.FitsTime(entry.Leaf.Time)) yield return entry;
            }

            if (page.NextCursor.IsEmpty) yield break;
            if (page.Evidence.Count == 0)
                throw new LedgerIntegrityException("the node answered with an empty page that goes on");
            request = request.Clone();
            request.Cursor = page.NextCursor;
        }
    }

    /// <summary>
    /// Fetches one record as it stands in the log. It carries no proof: <c>GetReceiptAsync</c> fetches that.
    /// </summary>
    /// <param name="id">The record.</param>
    /// <param name="atLeast">Nodes that have not certified this block are passed over.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">The record is not on the chain, or the caller may not read it.</exception>
    /// <exception cref="LedgerIntegrityException">The node answered with another record.</exception>
    public async Task<EvidenceEntry> GetEvidenceAsync(
        EvidenceId id, BlockHeight atLeast = default, CancellationToken cancellation = default)
    {
        var request = new GetEvidenceRequest
        {
            Evidence = new EvidenceRef
            {
                TransactionId = ByteString.CopyFrom(id.TransactionId.AsSpan()),
                RecordIndex = id.RecordIndex,
            },
            MinHeight = atLeast.Value,
        };
        var entry = ReadEntry(await _pool.CallAsync(
            (node, timeout, stop) => node.GetEvidenceAsync(request, timeout, stop), cancellation));
        return entry.Id == id
            ? entry
            : throw new LedgerIntegrityException($"the node answered with record {entry.Id}, not {id}");
    }

    private EvidenceEntry ReadEntry(Evidence item)
    {
        var bytes = item.Leaf.Memory;
        if (!EvidenceLeaf.TryDecode(bytes, out var leaf, out var record, out var error))
            throw new LedgerIntegrityException($"the leaf at {item.LogIndex} from the node is malformed: {error}");
        return new EvidenceEntry(
            new LogIndex(item.LogIndex),
            new BlockHeight(item.Height),
            leaf,
            record,
            EvidenceLeaf.HashOf(bytes.Span, _options.Suite.Hash));
    }
}
