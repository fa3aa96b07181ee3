using System.Text;
using Google.Protobuf;
using Ledger.Core.Api.V1;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;
using ContractEvent = Ledger.Core.Contracts.ContractEvent;
using TransactionResult = Ledger.Core.Transactions.TransactionResult;

namespace Ledger.Node.Api.Rest.Forms;

/// <summary>What transactions and contracts did, as people and programs read it.</summary>
internal static class OutcomeForms
{
    public static TransactionOutcomeForm Of(TransactionOutcome outcome)
    {
        var form = new TransactionOutcomeForm(
            FormText.Hex(outcome.TransactionId), FormText.Name(outcome.State));
        if (outcome.State is not (TransactionOutcome.Types.State.Committed or TransactionOutcome.Types.State.Failed))
            return form;
        return form with
        {
            Height = outcome.Height,
            Position = outcome.Position,
            Time = FormText.TimeOf(outcome.TimeMs),
            Reason = FormText.OrNull(outcome.Reason),
            FirstLogIndex = outcome.LeafCount == 0 ? null : outcome.FirstLeaf,
            RecordCount = outcome.LeafCount,
            Outcome = Contract(outcome.ContractOutcome.Memory, FormText.Hash(outcome.TransactionId)),
        };
    }

    public static ResultForm Of(in TransactionResult result, ReadOnlyMemory<byte> encoded) => new(
        result.Succeeded,
        result.Succeeded ? null : result.Refusal.WireName(),
        result.LeafCount == 0 ? null : result.FirstLeaf.Value,
        result.LeafCount == 0 ? null : result.LeafCount,
        Contract(result.ContractOutcome, result.TransactionId),
        encoded);

    /// <summary>A contract's outcome; null when there is none.</summary>
    /// <param name="encoded">Its bytes.</param>
    /// <param name="id">The transaction, whose records it appended; null for a query, which appends none.</param>
    public static ContractOutcomeForm? Contract(ReadOnlyMemory<byte> encoded, Hash256? id)
    {
        if (encoded.IsEmpty) return null;
        if (!ContractOutcome.TryDecode(encoded.Span, out var outcome, out var error))
            throw new UndecodableException($"a contract's outcome: {error}");
        return new ContractOutcomeForm(
            FormText.Name(outcome.Status),
            FormText.OrNull(outcome.Code),
            FormText.OrNull(outcome.Message),
            outcome.GasUsed,
            RawJson.Of(outcome.Value.Span),
            [.. outcome.Events.Select(Event)],
            [.. outcome.Records.Select((bytes, i) => Record(bytes, id, i))],
            encoded);
    }

    public static ContractForm Contract(ByteString record)
    {
        if (!ContractRecord.TryDecode(record.Span, out var contract, out var error))
            throw new UndecodableException($"a contract's record: {error}");
        return new ContractForm(
            contract.Name,
            contract.Version,
            contract.Owner,
            FormText.Name(contract.State),
            contract.Engine.ToString(),
            contract.SourceHash.ToString(),
            contract.SchemaHash.ToString(),
            contract.ImageHash.ToString(),
            contract.Height.Value,
            contract.BuiltAt.ToString(),
            contract.BuildPages,
            record.Memory);
    }

    public static ContractSourceForm Source(ulong version, ByteString encoded)
    {
        if (!ContractVersion.TryDecode(encoded.Span, out var source, out var error))
            throw new UndecodableException($"a contract's source: {error}");
        return new ContractSourceForm(
            version, Encoding.UTF8.GetString(source.Source.Span), RawJson.Of(source.Schema.Span), encoded.Memory);
    }

    /// <summary>The events of a message that the caller asked for, and what proves them.</summary>
    public static ContractEventsForm Of(ContractEvents block, SubscribeEventsRequest filter, HashFunction hash)
    {
        var header = BlockForms.Of(block.Header, block.Certificate, hash);
        var events = new List<PlacedEventForm>();
        foreach (var item in block.Results)
        {
            if (!TransactionResult.TryDecode(item.Result_.Span, out var result, out var error))
                throw new UndecodableException($"a result of block {block.Height}: {error}");
            var all = result.Value.Outcome?.Events ?? [];
            for (var i = 0; i < all.Count; i++)
            {
                if (filter.Contract.Length > 0 && all[i].Contract != filter.Contract) continue;
                if (filter.Event.Length > 0 && all[i].Name != filter.Event) continue;
                events.Add(new PlacedEventForm(
                    result.Value.TransactionId.ToString(), item.Position, i, all[i].Contract, all[i].Name,
                    RawJson.Of(all[i].Payload.Span), all[i].Payload));
            }
        }

        return new ContractEventsForm(
            block.Height,
            header.Time,
            header.Hash,
            events,
            [.. block.Results.Select(r =>
                new ProvenResultForm(r.Position, r.Result_.Memory, [.. r.Path.Select(FormText.Hex)]))],
            block.ResultCount,
            block.Header.Memory,
            block.Certificate.Memory,
            block.More);
    }

    private static ContractEventForm Event(ContractEvent e) =>
        new(e.Contract, e.Name, RawJson.Of(e.Payload.Span), e.Payload);

    private static RecordForm Record(ReadOnlyMemory<byte> bytes, Hash256? id, int index) =>
        EvidenceRecord.TryDecode(bytes.Span, out var record, out var error)
            ? EvidenceForms.Of(record, id is { } of ? new EvidenceId(of, (uint)index) : null)
            : throw new UndecodableException($"a record of a contract: {error}");
}
