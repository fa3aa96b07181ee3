using System.Runtime.CompilerServices;
using Ledger.Client.Contracts;
using Ledger.Client.Transport;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Receipts;
using Ledger.Core.Transactions;

namespace Ledger.Client;

public sealed partial class LedgerClient
{
    /// <summary>
    /// Follows events of contracts from a height on, then each new one as its block is certified. Each event is proven to
    /// be part of a certified block; that none is left out, following whole blocks proves
    /// (<see cref="SubscribeAsync"/>). When a connection breaks, the subscription goes on with the next node behind the
    /// last block that was delivered.
    /// </summary>
    /// <param name="from">The first block: the one after the last whose events were all dealt with.</param>
    /// <param name="filter">Which events are wanted; null for all.</param>
    /// <param name="cancellation">Ends the subscription.</param>
    /// <exception cref="LedgerUnavailableException">No node answered in as many attempts as allowed.</exception>
    /// <exception cref="LedgerIntegrityException">Every node that answers sends events that do not hold.</exception>
    public async IAsyncEnumerable<ContractEventEntry> SubscribeEventsAsync(
        BlockHeight from = default, ContractEventFilter? filter = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        filter ??= new ContractEventFilter();
        var next = from;
        Exception? last = null;
        for (var failures = 0; failures < _options.MaxAttempts; failures++)
        {
            if (failures > 0) await _pool.PauseAsync(failures, last as RpcException, cancellation);
            var request = new SubscribeEventsRequest
            {
                FromHeight = next.Value,
                Contract = filter.Contract,
                Event = filter.Event,
            };
            // Those of a block that comes in several messages. Bound: the events of one block, as its results ascend.
            var parts = new List<ContractEventEntry>();
            (ulong Height, long Position) open = default;
            await using var blocks = _pool.Preferred
                .SubscribeEventsAsync(request, cancellation).GetAsyncEnumerator(cancellation);
            while (true)
            {
                IReadOnlyList<ContractEventEntry>? entries = null;
                try
                {
                    if (await blocks.MoveNextAsync())
                    {
                        var part = await CheckEventsAsync(blocks.Current, next, filter, cancellation);
                        open = CheckPart(blocks.Current, open);
                        entries = part;
                    }
                }
                catch (RpcException fault) when (!NodePool.IsWorthRetrying(fault))
                {
                    throw new LedgerRefusedException(fault);
                }
                catch (Exception fault) when (fault is RpcException or LedgerIntegrityException)
                {
                    last = fault;
                }

                if (entries is null) break;
                parts.AddRange(entries);
                if (blocks.Current.More) continue;
                foreach (var entry in parts) yield return entry;
                parts.Clear();
                next = new BlockHeight(blocks.Current.Height).Next;
                failures = 0;
                last = null;
            }

            _pool.Rotate();
        }

        if (last is LedgerIntegrityException integrity)
            throw new LedgerIntegrityException(integrity.Message, integrity);
        throw new LedgerUnavailableException($"no node answered in {_options.MaxAttempts} attempts", last);
    }

    // A block's parts follow each other, each result once: else a node could begin one that never ends. The block that is
    // open after this part, with its last position; height 0 when the part ended it.
    private static (ulong Height, long Position) CheckPart(ContractEvents part, (ulong Height, long Position) open)
    {
        var last = open.Height == 0 ? -1 : open.Position;
        foreach (var item in part.Results)
        {
            if (item.Position <= last)
                throw new LedgerIntegrityException($"results of block {part.Height} from the node are not in order");
            last = item.Position;
        }

        if ((open.Height != 0 && part.Height != open.Height) || (part.More && part.Results.Count == 0))
            throw new LedgerIntegrityException($"the node left a block before its events were all there: {part.Height}");
        return part.More ? (part.Height, last) : default;
    }

    private async Task<IReadOnlyList<ContractEventEntry>> CheckEventsAsync(
        ContractEvents block, BlockHeight next, ContractEventFilter filter, CancellationToken cancellation)
    {
        var certified = await VerifyAsync(block.Header.Memory, block.Certificate.Memory, cancellation);
        var header = certified.Header;
        if (header.Height.Value != block.Height || header.Height < next)
            throw new LedgerIntegrityException($"the node sent events of block {header.Height} where {next} is due");
        var entries = new List<ContractEventEntry>();
        foreach (var item in block.Results)
        {
            var isPart = ResultReceiptVerifier.IsIncluded(
                item.Result_.Span, item.Position, block.ResultCount, Path(item.Path), header, _options.Suite.Hash);
            if (!isPart || !TransactionResult.TryDecode(item.Result_.Span, out var result, out _))
                throw new LedgerIntegrityException($"a result of block {header.Height} from the node does not hold");
            var events = result.Value.Outcome?.Events ?? [];
            for (var i = 0; i < events.Count; i++)
            {
                if (filter.Fits(events[i]))
                    entries.Add(new ContractEventEntry(result.Value.TransactionId, i, events[i], certified));
            }
        }

        return entries;
    }
}
