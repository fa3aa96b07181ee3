using System.Text;
using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Grpc;
using Ledger.Core.Merkle;
using Ledger.Core.State;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Api.Reading;
using Ledger.Node.Execution;
using Ledger.Storage;
using static Ledger.Node.Api.Statuses;
using WireBlock = Ledger.Core.Api.V1.Block;

namespace Ledger.Node.Api;

/// <summary>Blocks and proofs about the chain. Shows certified blocks only.</summary>
internal sealed class ChainApi(LedgerStore store, ChainView chain, EpochEnds ends)
{
    private const int MaxEpochChanges = 64;
    private const string Bodies = "the transactions of a block";
    private const int DefaultBlocks = 50;
    private const int DefaultTransactions = 100;
    private const int MaxPageSize = 1000;

    // What a message carries of transactions and results. Clients take 4 MiB, and one transaction with its result, which a
    // page holds at least, is below that on every channel but those whose parameters allow transactions of 4 MiB.
    private const int ContentBytes = 3 << 20;

    private static readonly RpcStatus NothingCertified =
        new(GrpcStatusCode.FailedPrecondition, "the chain has no certified block yet", "NO_CERTIFIED_BLOCK");

    private readonly ReadingPolicy _reading = new(store, chain);

    public ValueTask<RpcResult<WireBlock>> GetBlock(GetBlockRequest request, ApiCall call)
    {
        if (request.IncludeTransactions && _reading.RefuseUnlessAll(call, Bodies) is { } hidden) return new(hidden);
        var height = new BlockHeight(request.Height);
        if (WhyNotServed(height) is { } refusal) return new(refusal);
        return BlockAt(height, request.IncludeTransactions) is { } block ? new(block) : new(NoCertificate);
    }

    public ValueTask<RpcResult<ListBlocksResponse>> ListBlocks(ListBlocksRequest request, ApiCall call)
    {
        if (request.PageSize > MaxPageSize)
            return new(Statuses.InvalidArgument($"page_size is at most {MaxPageSize}"));
        var newest = chain.Certified.Header.Height.Value;
        var response = new ListBlocksResponse { CertifiedHeight = newest };
        var before = request.BeforeHeight == 0 ? newest + 1 : Math.Min(request.BeforeHeight, newest + 1);
        for (var left = request.PageSize == 0 ? DefaultBlocks : (int)request.PageSize; left > 0 && before > 0; left--)
        {
            var height = new BlockHeight(before - 1);
            if (IsBeforeHistory(height))
                return response.Blocks.Count == 0 ? new(Statuses.BeforeHistory(store.Base!.Value)) : new(response);
            response.Blocks.Add(WithoutContent(height));
            response.BeforeHeight = --before;
        }

        return new(response);
    }

    public ValueTask<RpcResult<ListTransactionsResponse>> ListTransactions(
        ListTransactionsRequest request, ApiCall call)
    {
        if (_reading.RefuseUnlessAll(call, Bodies) is { } hidden) return new(hidden);
        if (request.PageSize > MaxPageSize)
            return new(Statuses.InvalidArgument($"page_size is at most {MaxPageSize}"));
        var height = new BlockHeight(request.Height);
        if (WhyNotServed(height) is { } refusal) return new(refusal);
        var limit = request.PageSize == 0 ? DefaultTransactions : (int)request.PageSize;
        var response = new ListTransactionsResponse { Height = height.Value, FirstPosition = request.FirstPosition };
        var bytes = 0;
        foreach (var item in store.Live.Blocks.Items(height, request.FirstPosition))
        {
            var (transaction, result) = (item.Transaction?.Encoded ?? default, item.Result.Encode());
            bytes += transaction.Length + result.Length;
            if (response.Items.Count == limit || (response.Items.Count > 0 && bytes > ContentBytes))
            {
                response.NextPosition = item.Position;
                break;
            }

            response.Items.Add(new ListTransactionsResponse.Types.Item
            {
                Transaction = ApiBytes.Of(transaction),
                Result = ApiBytes.Of(result),
            });
        }

        return new(response);
    }

    public ValueTask<RpcResult<GetEpochChangesResponse>> GetEpochChanges(GetEpochChangesRequest request, ApiCall call)
    {
        var epoch = chain.Certified.Header.NextEpoch;
        var response = new GetEpochChangesResponse { Epoch = epoch.Value };
        var from = (int)Math.Min(request.FromEpoch, int.MaxValue);
        foreach (var change in ends.Before(epoch).Skip(from).Take(MaxEpochChanges))
            response.EpochChanges.Add(ApiBytes.Of(change.Encode()));
        return new(response);
    }

    public async ValueTask<RpcStatus> Subscribe(SubscribeRequest request, IMessageWriter<WireBlock> stream, ApiCall call)
    {
        if (request.IncludeTransactions && _reading.RefuseUnlessAll(call, Bodies) is { } hidden) return hidden;
        var next = new BlockHeight(Math.Max(request.FromHeight, 1));
        while (true)
        {
            await chain.WaitAboveAsync(new BlockHeight(next.Value - 1), call.Cancellation).ConfigureAwait(false);
            var newest = chain.Certified.Header.Height;
            for (; next <= newest; next = next.Next)
            {
                // The client goes on with another node, at the same height.
                if (IsBeforeHistory(next)) return Statuses.BeforeHistory(store.Base!.Value);
                if (BlockAt(next, request.IncludeTransactions) is not { } block) return NoCertificate;
                await stream.WriteAsync(block, flush: next == newest).ConfigureAwait(false);
            }
        }
    }

    public ValueTask<RpcResult<GetConsistencyProofResponse>> GetConsistencyProof(
        GetConsistencyProofRequest request, ApiCall call)
    {
        var head = chain.Certified;
        if (head.Proof is not { } newest) return new(NothingCertified);
        var height = request.ToHeight == 0 ? head.Header.Height : new BlockHeight(request.ToHeight);
        // The head's header and certificate are there even of the snapshot that a node began from.
        var isHead = height == head.Header.Height;
        if (!isHead && WhyNotServed(height) is { } refusal) return new(refusal);
        var header = isHead ? head.Header : store.Live.Blocks.Header(height)!.Header;
        var to = header.LogSize;
        if (request.FromSize > to || (request.ToSize != 0 && request.ToSize != to))
        {
            return new(Statuses.InvalidArgument(
                $"the log of block {height} has {to} leaves: from_size is at most that, and to_size is that or 0"));
        }

        if (request.FromSize < store.FirstLeaf && request.FromSize > 0)
            return new(Statuses.BeforeHistory(store.Base!.Value));
        var certificate = isHead ? newest.Certificate : store.Live.Blocks.Certificate(height);
        if (certificate is null) return new(Statuses.NoCertificate);
        var response = new GetConsistencyProofResponse
        {
            FromSize = request.FromSize,
            ToSize = to,
            Header = ApiBytes.Of(header.Encode()),
            Certificate = ApiBytes.Of(certificate.Encode()),
        };
        foreach (var hash in LogProofs.Consistency(store.Genesis.Suite.Hash, request.FromSize, to, store.Live.Log))
            response.Path.Add(ApiBytes.Of(hash));
        return new(response);
    }

    public async ValueTask<RpcResult<GetStateProofResponse>> GetStateProof(GetStateProofRequest request, ApiCall call)
    {
        if (Encoding.UTF8.GetByteCount(request.Namespace) is 0 or > 128 || request.Key.Length > 1024)
            return Statuses.InvalidArgument("namespace has 1 to 128 bytes of UTF-8, key at most 1024 bytes");
        if (request.Namespace == StateNamespaces.Timelines
            && _reading.RefuseTimeline(call, request.Key.ToStringUtf8()) is { } refusal)
        {
            return refusal;
        }

        var certified = chain.Certified.Header.Height;
        if (certified.Value < request.MinHeight)
            return Statuses.Behind(new BlockHeight(request.MinHeight), certified);
        using var view = store.OpenStateView();
        var height = view.Watermark!.Height;
        if (height.Value == 0) return NothingCertified;
        // The state of the newest executed block; its certificate is due in a moment.
        await chain.WaitAboveAsync(new BlockHeight(height.Value - 1), call.Cancellation).ConfigureAwait(false);
        var header = view.Blocks.Header(height)!;
        if (store.Live.Blocks.Certificate(height) is not { } certificate) return NoCertificate;
        var hash = store.Genesis.Suite.Hash;
        var path = StateHash.PathOf(hash, request.Namespace, request.Key.Span);
        var proof = new StateTree(hash).Prove(header.Header.StateRoot, view.State, path);
        var value = view.State.Get(request.Namespace, request.Key.Span);
        return new GetStateProofResponse
        {
            Proof = ApiBytes.Of(proof.ToArray()),
            Value = value is null ? ByteString.Empty : ApiBytes.Of(value),
            Present = value is not null,
            Header = ApiBytes.Of(header.Bytes),
            Certificate = ApiBytes.Of(certificate.Encode()),
        };
    }

    private bool IsBeforeHistory(BlockHeight height) => store.Live.Blocks.IsBeforeHistory(height);

    private RpcStatus? WhyNotServed(BlockHeight height)
    {
        var newest = chain.Certified.Header.Height;
        if (height > newest)
            return Statuses.NotFound($"block {height} is not certified yet; the newest that is has height {newest}");
        return IsBeforeHistory(height) ? Statuses.BeforeHistory(store.Base!.Value) : null;
    }

    // Null when the block has no certificate of its own here (its votes were lost and a later one covers it): nobody
    // could verify it alone. Genesis needs none.
    private WireBlock? BlockAt(BlockHeight height, bool includeTransactions)
    {
        var block = WithoutContent(height);
        if (block.Certificate.IsEmpty && height.Value > 0) return null;
        if (includeTransactions && !TryAddContent(block)) block.WithoutContent = true;
        return block;
    }

    private WireBlock WithoutContent(BlockHeight height)
    {
        var block = new WireBlock
        {
            Height = height.Value,
            Header = ApiBytes.Of(store.Live.Blocks.Header(height)!.Bytes),
        };
        if (store.Live.Blocks.Certificate(height) is { } certificate)
            block.Certificate = ApiBytes.Of(certificate.Encode());
        return block;
    }

    // False when it does not fit, and then nothing is added.
    private bool TryAddContent(WireBlock block)
    {
        var bytes = 0;
        foreach (var item in store.Live.Blocks.Items(new BlockHeight(block.Height), 0))
        {
            var result = item.Result.Encode();
            bytes += (item.Transaction?.Encoded.Length ?? 0) + result.Length;
            if (bytes > ContentBytes)
            {
                block.Transactions.Clear();
                block.Results.Clear();
                return false;
            }

            if (item.Transaction is { } transaction) block.Transactions.Add(ApiBytes.Of(transaction.Encoded));
            block.Results.Add(ApiBytes.Of(result));
        }

        return true;
    }
}
