using System.Runtime.CompilerServices;
using Ledger.Core.Api.V1;
using Ledger.Core.Membership;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Fetches the genesis document that a node runs with, and checks that it is the one this client trusts: a way to find
    /// out that an endpoint belongs to another channel.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerIntegrityException">It is another channel's.</exception>
    public async Task<Genesis> GetGenesisAsync(CancellationToken cancellation = default)
    {
        var answer = await _pool.CallAsync(
            (node, timeout, stop) => node.GetGenesisAsync(new GetGenesisRequest(), timeout, stop), cancellation);
        // The channel id is the hash of these bytes: the same bytes, the same channel.
        return answer.Genesis.Span.SequenceEqual(_options.Genesis.Encoded.Span)
            ? _options.Genesis
            : throw new LedgerIntegrityException("the node runs another channel than the genesis document is of");
    }

    /// <summary>Lists the members as the genesis document names them; what a node says otherwise is refused.</summary>
    /// <exception cref="LedgerUnavailableException">No node answered.</exception>
    /// <exception cref="LedgerIntegrityException">The node lists other members.</exception>
    public async IAsyncEnumerable<Member> ListMembersAsync(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var expected = _options.Genesis.Members;
        var place = 0;
        while (true)
        {
            var request = new ListMembersRequest { After = place == 0 ? "" : expected[place - 1].Id };
            var page = await _pool.CallAsync(
                (node, timeout, stop) => node.ListMembersAsync(request, timeout, stop), cancellation);
            foreach (var encoded in page.Members)
            {
                if (place == expected.Count || !encoded.Span.SequenceEqual(expected[place].Encode()))
                    throw new LedgerIntegrityException("the node lists other members than the genesis document");
                yield return expected[place++];
            }

            if (!page.More) break;
            if (page.Members.Count == 0) throw new LedgerIntegrityException("the node's list of members does not end");
        }

        if (place < expected.Count) throw new LedgerIntegrityException("the node leaves members out");
    }
}
