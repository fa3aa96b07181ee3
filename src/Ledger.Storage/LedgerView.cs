using Ledger.Core.Blocks;
using Ledger.Core.Merkle;
using Ledger.Storage.Blocks;
using Ledger.Storage.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.LogTrees;
using Ledger.Storage.Schema;
using Ledger.Storage.State;

namespace Ledger.Storage;

/// <summary>
/// Everything that can be read of a channel's database. The live view follows the chain; a view opened with
/// <see cref="LedgerStore.OpenView"/> stays at the block it was opened at, which is needed where several answers must
/// belong to one block, above all for the state. Chain and log only grow, so the live view serves them.
/// </summary>
/// <remarks>Safe for concurrent use. Dispose views that were opened, soon: they keep old state on disk.</remarks>
public sealed class LedgerView : IDisposable
{
    private readonly DatabaseSnapshot? _snapshot;
    private readonly ReadScope _scope;

    internal LedgerView(StoreContext context, DatabaseSnapshot? snapshot, IStateNodes? pages = null)
    {
        _snapshot = snapshot;
        _scope = new ReadScope(context, snapshot);
        Blocks = new BlockReader(_scope);
        Evidence = new EvidenceReader(_scope);
        State = new StateReader(_scope, pages);
        Log = new LogReader(_scope);
    }

    internal ReadScope Scope => _scope;

    /// <summary>Headers, certificates, blocks, transactions.</summary>
    public BlockReader Blocks { get; }

    /// <summary>Leaves of the log.</summary>
    public EvidenceReader Evidence { get; }

    /// <summary>The state and its tree.</summary>
    public StateReader State { get; }

    /// <summary>The log tree.</summary>
    public LogReader Log { get; }

    /// <summary>Where the chain ends in this view; null before the genesis block.</summary>
    public Watermark? Watermark => Read(LedgerSchema.WatermarkKey) is { } mark
        ? Storage.Watermark.Decode(mark)
        : null;

    /// <summary>The newest block with a certificate in this view; null when none has one.</summary>
    public BlockHeight? Certified => Read(LedgerSchema.CertifiedKey) is { } mark
        ? new BlockHeight(LedgerSchema.ReadNumber(mark))
        : null;

    /// <inheritdoc/>
    public void Dispose() => _snapshot?.Dispose();

    private byte[]? Read(ReadOnlySpan<byte> key) => _scope.Mark(key);
}
