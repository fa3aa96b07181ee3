using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;

namespace Ledger.Node.Api;

/// <summary>
/// The results of one block that hold wanted events, each with its path, in as many messages as they need: clients take
/// 4 MiB in one. Stateless.
/// </summary>
internal static class ContractEventMessages
{
    /// <summary>What results and paths of one message have together at most; the largest result has 1 MiB.</summary>
    public const int ResultBytes = 2 << 20;

    // Tag and length of a hash, and of what surrounds a result with its position.
    private const int HashBytes = Hash256.Size + 2;
    private const int Surroundings = 24;

    /// <summary>The messages, in order; all but the last say that there is more.</summary>
    public static List<ContractEvents> Of(
        BlockHeight height,
        CertifiedHeader certified,
        IReadOnlyList<ReadOnlyMemory<byte>> results,
        IReadOnlyList<int> wanted,
        HashFunction hash)
    {
        var tree = new ResultTree(hash, results);
        var header = ApiBytes.Of(certified.HeaderBytes);
        var certificate = ApiBytes.Of(certified.Certificate.Encode());
        var messages = new List<ContractEvents>();
        var bytes = 0;
        foreach (var position in wanted)
        {
            var path = tree.PathOf(position);
            var size = results[position].Length + (HashBytes * path.Length) + Surroundings;
            if (messages.Count == 0 || bytes + size > ResultBytes)
            {
                if (messages.Count > 0) messages[^1].More = true;
                messages.Add(new ContractEvents
                {
                    Height = height.Value,
                    Header = header,
                    Certificate = certificate,
                    ResultCount = (uint)results.Count,
                });
                bytes = 0;
            }

            bytes += size;
            var result = new ContractEvents.Types.Result
            {
                Result_ = ApiBytes.Of(results[position]),
                Position = (uint)position,
            };
            result.Path.AddRange(path.Select(h => ApiBytes.Of(h)));
            messages[^1].Results.Add(result);
        }

        return messages;
    }
}
