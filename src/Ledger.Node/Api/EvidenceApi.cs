using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Grpc;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Api.Reading;
using Ledger.Node.Execution;
using Ledger.Storage;
using Ledger.Storage.Evidence;

namespace Ledger.Node.Api;

/// <summary>Evidence and receipts. Shows certified blocks only.</summary>
internal sealed class EvidenceApi(
    LedgerStore store, ChainView chain, EpochEnds ends, ReadingPolicy? reading = null)
{
    private const int DefaultPageSize = 100;

    private readonly ReadingPolicy _reading = reading ?? new ReadingPolicy(store, chain);

    public ValueTask<RpcResult<GetReceiptResponse>> GetReceipt(GetReceiptRequest request, ApiCall call)
    {
        if (IsBehind(request.MinHeight, out var behind)) return new(behind);
        var refusal = Find(
            request.WhichCase == GetReceiptRequest.WhichOneofCase.Evidence ? request.Evidence : null,
            request.WhichCase == GetReceiptRequest.WhichOneofCase.LogIndex ? request.LogIndex : null,
            call,
            out var leaf);
        return leaf is null
            ? new(refusal!)
            : new(new GetReceiptResponse { Receipt = ApiBytes.Of(ReceiptOf(leaf, request.Newest).Encode()) });
    }

    public ValueTask<RpcResult<Evidence>> GetEvidence(GetEvidenceRequest request, ApiCall call)
    {
        if (IsBehind(request.MinHeight, out var behind)) return new(behind);
        var refusal = Find(
            request.WhichCase == GetEvidenceRequest.WhichOneofCase.Evidence ? request.Evidence : null,
            request.WhichCase == GetEvidenceRequest.WhichOneofCase.LogIndex ? request.LogIndex : null,
            call,
            out var leaf);
        return leaf is null ? new(refusal!) : new(MessageOf(leaf));
    }

    public ValueTask<RpcResult<QueryEvidenceResponse>> QueryEvidence(QueryEvidenceRequest request, ApiCall call)
    {
        if (request.PageSize > LeafRange.MaxLimit)
            return new(Statuses.InvalidArgument($"page_size is at most {LeafRange.MaxLimit}"));
        if (IsBehind(request.MinHeight, out var behind)) return new(behind);
        var (from, to) = (request.FromTimeMs, request.ToTimeMs == 0 ? Timestamp.MaxUnixMilliseconds : request.ToTimeMs);
        if (from > to || to > Timestamp.MaxUnixMilliseconds)
            return new(Statuses.InvalidArgument("from_time_ms must not be after to_time_ms"));
        // Half an answer would look like a whole one.
        if (store.FirstLeaf > 0 && store.Base is { } began
            && from <= store.Live.Blocks.Header(began)!.Header.Time.UnixMilliseconds)
        {
            return new(Statuses.BeforeHistory(began));
        }

        var range = store.Live.Evidence.Between(new Timestamp(from), new Timestamp(to));
        // Never beyond what is certified.
        range = range with
        {
            To = Math.Min(range.To, chain.Certified.Header.LogSize),
            Limit = request.PageSize == 0 ? DefaultPageSize : (int)request.PageSize,
            NewestFirst = request.NewestFirst,
        };
        if (!request.Cursor.IsEmpty)
        {
            if (request.Cursor.Length != sizeof(ulong))
                return new(Statuses.InvalidArgument("cursor is not one that this API returned"));
            var position = BinaryPrimitives.ReadUInt64BigEndian(request.Cursor.Span);
            range = request.NewestFirst
                ? range with { To = Math.Min(range.To, position) }
                : range with { From = Math.Max(range.From, position) };
        }

        if (FilterOf(request) is not { } filter)
            return new(Statuses.InvalidArgument("say what to look for: subject, digest, actor or type"));
        if (filter.Subject is { } subject && _reading.RefuseTimeline(call, subject) is { } refusal) return new(refusal);
        // A whole timeline, or what bears a digest that the caller can name; of anything else what concerns the caller.
        var isNamed = filter.Subject is not null || filter.Digest is not null;
        var page = store.Live.Evidence.Query(filter, range, isNamed ? null : ShownTo(call));
        var response = new QueryEvidenceResponse();
        response.Evidence.Add(page.Leaves.Select(MessageOf));
        if (page.Next is { } next)
        {
            var cursor = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(cursor, next.NewestFirst ? next.To : next.From);
            response.NextCursor = ApiBytes.Of(cursor);
        }

        return new(response);
    }

    // A leaf from before this node's history is in the log of the first block that it has a certificate of.
    private BlockHeight HeightOf(StoredLeaf leaf) => leaf.Place?.Height ?? store.Base!.Value;

    private Func<StoredLeaf, bool?>? ShownTo(ApiCall call) => _reading.FilterFor(call) is { } shown ? shown.IsShown : null;

    // Null and the leaf, or why there is none.
    private RpcStatus? Find(EvidenceRef? evidence, ulong? logIndex, ApiCall call, out StoredLeaf? leaf)
    {
        leaf = null;
        if (logIndex is { } index)
        {
            if (index < store.FirstLeaf) return Statuses.BeforeHistory(store.Base!.Value);
            leaf = store.Live.Evidence.Leaf(new LogIndex(index));
        }
        else if (evidence is null) return Statuses.InvalidArgument("say which: evidence or log_index");
        else if (evidence.TransactionId.Length != Hash256.Size)
            return Statuses.InvalidArgument("evidence.transaction_id has 32 bytes");
        else
        {
            var id = new Hash256(evidence.TransactionId.Span);
            if (store.FirstLeaf > 0 && store.Base is { } began && store.Live.Blocks.Find(id) is { } place
                && store.Live.Blocks.IsBeforeHistory(place.Height))
            {
                return Statuses.BeforeHistory(began);
            }

            leaf = store.Live.Evidence.Leaf(new EvidenceId(id, evidence.RecordIndex));
        }

        var certified = chain.Certified.Header;
        if (leaf is not null && HeightOf(leaf) <= certified.Height)
        {
            // An evidence id can only be known; log indexes can be counted through.
            if (logIndex is null || _reading.FilterFor(call)?.IsShown(leaf) is not false) return null;
            leaf = null;
            return _reading.RefuseUnlessAll(call, "records by their log index");
        }

        leaf = null;
        return Statuses.NotFound(
            $"no such evidence in the certified log of {certified.LogSize} records; " +
            "if it was submitted just now, ask GetTransaction or try again");
    }

    private static Evidence MessageOf(StoredLeaf leaf) => new()
    {
        LogIndex = leaf.Index.Value,
        Leaf = ApiBytes.Of(leaf.Encoded),
        Height = leaf.Place?.Height.Value ?? 0,
    };

    // The receipt is over the header of the record's own block, or of the next block that has a certificate: so asking
    // twice gives the same receipt. The newest that is certified here has its own certificate.
    private Receipt ReceiptOf(StoredLeaf leaf, bool newest)
    {
        var height = newest ? chain.Certified.Header.Height : HeightOf(leaf);
        CertifiedHeader? certified;
        while ((certified = store.Live.Blocks.CertifiedHeader(height)) is null) height = height.Next;
        var header = store.Live.Blocks.Header(height)!.Header;
        return new Receipt
        {
            LeafBytes = leaf.Encoded,
            Index = leaf.Index,
            Path = LogProofs.Inclusion(store.Genesis.Suite.Hash, leaf.Index.Value, header.LogSize, store.Live.Log),
            HeaderBytes = certified.HeaderBytes,
            CertificateBytes = certified.Certificate.Encode(),
            // An epoch's last block has a certificate of its own, so the header is of the record's epoch.
            EpochChanges = ends.Before(header.Epoch),
        };
    }

    private bool IsBehind(ulong minHeight, [NotNullWhen(true)] out RpcStatus? status)
    {
        var certified = chain.Certified.Header.Height;
        status = certified.Value < minHeight ? Statuses.Behind(new BlockHeight(minHeight), certified) : null;
        return status is not null;
    }

    private static EvidenceFilter? FilterOf(QueryEvidenceRequest request) => request.ByCase switch
    {
        QueryEvidenceRequest.ByOneofCase.Subject => new EvidenceFilter { Subject = request.Subject },
        QueryEvidenceRequest.ByOneofCase.Digest => new EvidenceFilter { Digest = request.Digest.Memory },
        QueryEvidenceRequest.ByOneofCase.Actor => new EvidenceFilter { Actor = request.Actor },
        QueryEvidenceRequest.ByOneofCase.Type => new EvidenceFilter { Type = request.Type },
        // A range of time alone is a question too.
        _ => request.FromTimeMs != 0 || request.ToTimeMs != 0 ? new EvidenceFilter() : null,
    };
}
