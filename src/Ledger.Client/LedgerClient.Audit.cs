using System.Runtime.CompilerServices;
using Ledger.Core.Accountability;
using Ledger.Core.Api.V1;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    private const uint FaultPageSize = 20;

    /// <summary>
    /// Lists the proofs of faults that a node keeps; pages are fetched as the enumeration goes on. Each is decoded and not
    /// more: <c>FaultVerifier</c> of Ledger.Consensus, which knows the votes, says whether one is proven.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerIntegrityException">A proof is malformed, or the pages do not end.</exception>
    public async IAsyncEnumerable<FaultProof> ListFaultsAsync(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ListFaultsRequest { PageSize = FaultPageSize };
        while (true)
        {
            var page = await _pool.CallAsync(
                (node, timeout, stop) => node.ListFaultsAsync(request, timeout, stop), cancellation);
            foreach (var encoded in page.Proofs)
            {
                if (!FaultProof.TryDecode(encoded.Span, out var proof, out var error))
                    throw new LedgerIntegrityException($"a proof of a fault from the node is malformed: {error}");
                yield return proof;
            }

            if (page.NextCursor.IsEmpty) yield break;
            if (page.Proofs.Count == 0 || page.NextCursor == request.Cursor)
                throw new LedgerIntegrityException("the node's list of faults does not end");
            request = new ListFaultsRequest { PageSize = FaultPageSize, Cursor = page.NextCursor };
        }
    }

    /// <summary>
    /// Fetches an audit node's report of a period of consensus time. It is that auditor's word: believe it as far as you
    /// trust it, and verify the proofs in it.
    /// </summary>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The moment after the last; null for all there is.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerRefusedException">The node is no audit node: give its address alone.</exception>
    /// <exception cref="LedgerIntegrityException">The report is of another channel.</exception>
    public async Task<AuditReport> GetAuditReportAsync(
        DateTimeOffset from = default, DateTimeOffset? to = null, CancellationToken cancellation = default)
    {
        var request = new GetAuditReportRequest
        {
            FromTimeMs = (ulong)Math.Max(0, from.ToUnixTimeMilliseconds()),
            ToTimeMs = (ulong)Math.Max(0, to?.ToUnixTimeMilliseconds() ?? 0),
        };
        var report = await _pool.CallAsync(
            (node, timeout, stop) => node.GetAuditReportAsync(request, timeout, stop), cancellation);
        return report.Channel.Span.SequenceEqual(_options.Channel.Value.AsSpan())
            ? report
            : throw new LedgerIntegrityException("the audit report is of another channel");
    }
}
