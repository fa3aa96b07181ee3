using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Crypto;
using Ledger.Core.Grpc;

namespace Ledger.Client.Tests.Fakes;

/// <summary>The calls that show blocks, records and members one by one.</summary>
internal sealed partial class FakeNode
{
    /// <summary>Alters lists of blocks.</summary>
    public Action<ListBlocksResponse> TamperBlocks { get; set; } = _ => { };

    /// <summary>Alters proofs that the log only grew.</summary>
    public Action<GetConsistencyProofResponse> TamperConsistency { get; set; } = _ => { };

    /// <summary>Alters single blocks.</summary>
    public Action<Block> TamperBlock { get; set; } = _ => { };

    /// <summary>Alters lists of members.</summary>
    public Action<ListMembersResponse> TamperMembers { get; set; } = _ => { };

    /// <summary>Alters single records.</summary>
    public Action<Evidence> TamperEvidence { get; set; } = _ => { };

    /// <summary>Alters what is said of a transaction.</summary>
    public Action<TransactionOutcome> TamperOutcome { get; set; } = _ => { };

    /// <summary>The genesis document that the node says it runs with.</summary>
    public ReadOnlyMemory<byte>? OtherGenesis { get; set; }

    // Two blocks a page; every second has no certificate of its own.
    public Task<ListBlocksResponse> ListBlocksAsync(
        ListBlocksRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("ListBlocks", () =>
        {
            var next = request.BeforeHeight == 0 ? chain.Blocks.Count : (int)request.BeforeHeight - 1;
            var page = new ListBlocksResponse { CertifiedHeight = (ulong)chain.Blocks.Count };
            for (var end = Math.Max(0, next - 2); next > end; next--)
            {
                var block = ToBlock(chain.Blocks[next - 1], withTransactions: false);
                if ((chain.Blocks.Count - next) % 2 == 1) block.Certificate = ByteString.Empty;
                page.Blocks.Add(block);
            }

            page.BeforeHeight = next == 0 ? 0 : (ulong)next + 1;
            TamperBlocks(page);
            return page;
        });

    public Task<Evidence> GetEvidenceAsync(
        GetEvidenceRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetEvidence", () =>
        {
            var id = new Hash256(request.Evidence.TransactionId.Span);
            var index = chain.Leaves.FindIndex(
                l => l.Leaf.Id.TransactionId == id && l.Leaf.Id.RecordIndex == request.Evidence.RecordIndex);
            if (index < 0) throw Fault(GrpcStatusCode.NotFound, "NOT_FOUND");
            var found = new Evidence
            {
                LogIndex = (ulong)index,
                Leaf = ByteString.CopyFrom(chain.Leaves[index].Bytes),
                Height = chain.Leaves[index].Height,
            };
            TamperEvidence(found);
            return found;
        });

    public Task<GetGenesisResponse> GetGenesisAsync(
        GetGenesisRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("GetGenesis", () => new GetGenesisResponse
        {
            Genesis = ByteString.CopyFrom((OtherGenesis ?? channel.Genesis.Encoded).Span),
        });

    public Task<ListMembersResponse> ListMembersAsync(
        ListMembersRequest request, TimeSpan timeout, CancellationToken cancellation) =>
        Answer("ListMembers", () =>
        {
            var page = new ListMembersResponse();
            page.Members.AddRange(channel.Genesis.Members
                .Where(m => string.CompareOrdinal(m.Id, request.After) > 0)
                .Select(m => ByteString.CopyFrom(m.Encode())));
            TamperMembers(page);
            return page;
        });
}
