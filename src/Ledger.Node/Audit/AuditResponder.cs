using Ledger.Core.Encoding;
using Ledger.Network;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Node.Wire;
using Ledger.Storage;

namespace Ledger.Node.Audit;

/// <summary>Answers auditors: the newest certified block, headers with certificates, proofs of faults.</summary>
/// <remarks>Safe for concurrent use. Reads; writes nothing.</remarks>
internal sealed class AuditResponder(LedgerStore store, ChainView chain, NodeClock clock)
{
    // An answer may hold one more header, or proof, than fits.
    private const int SoftLimitBytes = 1 << 20;
    private const int ProofsInPage = 16;

    /// <summary>Answers one request; empty for what is none.</summary>
    public ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
        PeerId peer, ReadOnlyMemory<byte> request, CancellationToken stop) => new(
        AuditRequest.Decode(request.Span) switch
        {
            AuditRequest.Status => Status(),
            AuditRequest.Headers headers => Headers(headers, stop),
            AuditRequest.Faults faults => Faults(faults.Cursor.Span),
            _ => [],
        });

    private byte[] Status()
    {
        var proof = chain.Certified.Proof;
        return AuditMessages.Encode(new ServedStatus(
            clock.Now, proof is null ? null : new ServedHeader(proof.HeaderBytes, proof.Certificate.Encode())));
    }

    private byte[] Headers(AuditRequest.Headers request, CancellationToken stop)
    {
        var writer = new CanonicalWriter(4096);
        var last = chain.Certified.Header.Height;
        var height = request.From;
        for (var count = 0; count < request.Count && height <= last; count++, height = height.Next)
        {
            if (writer.Written.Length > SoftLimitBytes || stop.IsCancellationRequested) break;
            // Not of a time before this node's history.
            if (store.Live.Blocks.Header(height) is not { } header) break;
            var certificate = store.Live.Blocks.Certificate(height);
            AuditMessages.Append(writer, 1, new ServedHeader(header.Bytes, certificate?.Encode()));
        }

        return writer.ToArray();
    }

    private byte[] Faults(ReadOnlySpan<byte> cursor)
    {
        var proofs = new List<ReadOnlyMemory<byte>>();
        ReadOnlyMemory<byte> last = default;
        var bytes = 0;
        foreach (var fault in store.Faults.Page(cursor, ProofsInPage))
        {
            if (proofs.Count > 0 && bytes + fault.Encoded.Length > SoftLimitBytes) break;
            proofs.Add(fault.Encoded);
            bytes += fault.Encoded.Length;
            last = fault.Cursor;
        }

        return AuditMessages.Encode(new ServedFaults(proofs, last));
    }
}
