using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Grpc;
using Ledger.Core.Merkle;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Execution;
using Ledger.Storage;
using StoredBlock = Ledger.Core.Blocks.Block;
using WireBlock = Ledger.Core.Api.V1.Block;

namespace Ledger.Node.Api;

/// <summary>Blocks and proofs about the chain. Shows certified blocks only.</summary>
internal sealed class ChainApi(LedgerStore store, ChainView chain, EpochEnds ends)
{
    private const int MaxEpochChanges = 64;

    private static readonly RpcStatus NothingCertified =
        new(GrpcStatusCode.FailedPrecondition, "the chain has no certified block yet", "NO_CERTIFIED_BLOCK");

    private static readonly RpcStatus NoCertificate = new(
        GrpcStatusCode.Unavailable, "this node has no certificate of that block's own; ask another node", "TRY_AGAIN");

    public ValueTask<RpcResult<WireBlock>> GetBlock(GetBlockRequest request, ApiCall call)
    {
        var height = new BlockHeight(request.Height);
        var newest = chain.Certified.Header.Height;
        if (height > newest)
            return new(Statuses.NotFound($"block {height} is not certified yet; the newest that is has height {newest}"));
        if (IsBeforeHistory(height)) return new(Statuses.BeforeHistory(store.Base!.Value));
        return BlockAt(height, request.IncludeTransactions) is { } block ? new(block) : new(NoCertificate);
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
        if (head.Proof is not { } proof) return new(NothingCertified);
        var to = request.ToSize == 0 ? head.Header.LogSize : request.ToSize;
        if (request.FromSize > to || to > head.Header.LogSize)
        {
            return new(Statuses.InvalidArgument(
                $"sizes must satisfy from_size <= to_size <= {head.Header.LogSize}, the certified log's size"));
        }

        if (request.FromSize < store.BaseLogSize && request.FromSize > 0)
            return new(Statuses.BeforeHistory(store.Base!.Value));
        if (to != head.Header.LogSize)
            return new(Statuses.InvalidArgument("to_size must be 0 or the certified log's size: only that has a header"));
        var response = new GetConsistencyProofResponse
        {
            FromSize = request.FromSize,
            ToSize = to,
            Header = ApiBytes.Of(proof.HeaderBytes),
            Certificate = ApiBytes.Of(proof.Certificate.Encode()),
        };
        foreach (var hash in LogProofs.Consistency(store.Genesis.Suite.Hash, request.FromSize, to, store.Live.Log))
            response.Path.Add(ApiBytes.Of(hash));
        return new(response);
    }

    public async ValueTask<RpcResult<GetStateProofResponse>> GetStateProof(GetStateProofRequest request, ApiCall call)
    {
        if (request.Namespace.Length is 0 or > 128 || request.Key.Length > 1024)
            return Statuses.InvalidArgument("namespace has 1 to 128 characters, key at most 1024 bytes");
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

    // Null when the block has no certificate of its own here (its votes were lost and a later one covers it): nobody
    // could verify it alone. Genesis needs none.
    private WireBlock? BlockAt(BlockHeight height, bool includeTransactions)
    {
        var header = store.Live.Blocks.Header(height)!;
        var block = new WireBlock { Height = height.Value, Header = ApiBytes.Of(header.Bytes) };
        if (store.Live.Blocks.Certificate(height) is { } certificate)
            block.Certificate = ApiBytes.Of(certificate.Encode());
        else if (height.Value > 0) return null;
        if (!includeTransactions) return block;
        StoredBlock stored = store.Live.Blocks.Block(height)!;
        foreach (var transaction in stored.Transactions) block.Transactions.Add(ApiBytes.Of(transaction.Encoded));
        foreach (var result in stored.Results) block.Results.Add(ApiBytes.Of(result.Encode()));
        return block;
    }
}
