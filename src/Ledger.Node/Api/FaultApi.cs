using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Node.Api.Grpc;
using Ledger.Storage.Faults;

namespace Ledger.Node.Api;

/// <summary>Proofs of faults, for anyone to verify.</summary>
internal sealed class FaultApi(FaultStore faults)
{
    private const int DefaultPageSize = 20;
    private const int MaxPageSize = 100;

    // A page may hold one proof more than fits.
    private const int SoftLimitBytes = 1 << 20;

    public ValueTask<RpcResult<ListFaultsResponse>> ListFaults(ListFaultsRequest request, ApiCall call)
    {
        if (request.PageSize > MaxPageSize)
            return new(Statuses.InvalidArgument($"page_size is at most {MaxPageSize}"));
        if (!FaultStore.IsCursor(request.Cursor.Span))
            return new(Statuses.InvalidArgument("cursor is not one that this API returned"));
        var limit = request.PageSize == 0 ? DefaultPageSize : (int)request.PageSize;
        // One more than asked for tells whether there are more.
        var found = faults.Page(request.Cursor.Span, limit + 1);
        var response = new ListFaultsResponse();
        var bytes = 0;
        foreach (var fault in found.Take(limit))
        {
            response.Proofs.Add(ByteString.CopyFrom(fault.Encoded.Span));
            bytes += fault.Encoded.Length;
            if (bytes > SoftLimitBytes) break;
        }

        if (response.Proofs.Count < found.Count)
            response.NextCursor = ByteString.CopyFrom(found[response.Proofs.Count - 1].Cursor.Span);
        return new(response);
    }
}
