using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Membership;
using Ledger.Node.Api.Grpc;

namespace Ledger.Node.Api;

/// <summary>What the channel began with: the genesis document and its members. Immutable and safe for concurrent use.
/// </summary>
internal sealed class GenesisApi(Genesis genesis)
{
    private const int DefaultPageSize = 100;
    private const int MaxPageSize = 1000;

    // A page may hold one member more than fits; the largest member has 256 KiB.
    private const int SoftLimitBytes = 1 << 20;

    // What clients take in a message, less what surrounds the document.
    private const int MaxGenesisBytes = (4 << 20) - 1024;

    public ValueTask<RpcResult<GetGenesisResponse>> GetGenesis(GetGenesisRequest request, ApiCall call) =>
        genesis.Encoded.Length > MaxGenesisBytes
            ? new(Statuses.TooLarge(
                "the genesis document does not fit into a message; ask the operator for the file genesis.json"))
            : new(new GetGenesisResponse { Genesis = ApiBytes.Of(genesis.Encoded) });

    public ValueTask<RpcResult<ListMembersResponse>> ListMembers(ListMembersRequest request, ApiCall call)
    {
        if (request.PageSize > MaxPageSize)
            return new(Statuses.InvalidArgument($"page_size is at most {MaxPageSize}"));
        var limit = request.PageSize == 0 ? DefaultPageSize : (int)request.PageSize;
        var response = new ListMembersResponse();
        var bytes = 0;
        // In ascending order of their ids, as the format demands.
        foreach (var member in genesis.Members)
        {
            if (string.CompareOrdinal(member.Id, request.After) <= 0) continue;
            if (response.Members.Count == limit || bytes > SoftLimitBytes)
            {
                response.More = true;
                break;
            }

            var encoded = member.Encode();
            bytes += encoded.Length;
            response.Members.Add(UnsafeByteOperations.UnsafeWrap(encoded));
        }

        return new(response);
    }
}
