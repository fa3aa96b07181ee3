using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Storage.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage;

/// <summary>An open channel database with its families looked up once. Safe for concurrent use.</summary>
internal sealed class StoreContext
{
    private ulong _base;

    public StoreContext(KeyValueDatabase database, Genesis genesis)
    {
        Database = database;
        Genesis = genesis;
        Headers = database.Family(LedgerSchema.Headers);
        Certificates = database.Family(LedgerSchema.Certificates);
        Epochs = database.Family(LedgerSchema.Epochs);
        Blocks = database.Family(LedgerSchema.Blocks);
        BlockIds = database.Family(LedgerSchema.BlockIds);
        Results = database.Family(LedgerSchema.Results);
        Leaves = database.Family(LedgerSchema.Leaves);
        LogNodes = database.Family(LedgerSchema.LogNodes);
        TransactionIndex = database.Family(LedgerSchema.TransactionIndex);
        SubjectIndex = database.Family(LedgerSchema.SubjectIndex);
        Indexes = [.. IndexEntries.Families.Select(database.Family)];
        State = database.Family(LedgerSchema.State);
        StateNodes = database.Family(LedgerSchema.StateNodes);
        StateChanges = database.Family(LedgerSchema.StateChanges);
        Base = database.Family(LedgerSchema.Base);
        OldLeaves = database.Family(LedgerSchema.OldLeaves);
        Faults = database.Family(LedgerSchema.Faults);
        Meta = database.Family(LedgerSchema.Meta);
    }

    public KeyValueDatabase Database { get; }

    public Genesis Genesis { get; }

    public CryptoSuite Suite => Genesis.Suite;

    public HashFunction Hash => Genesis.Suite.Hash;

    public ColumnFamily Headers { get; }

    public ColumnFamily Certificates { get; }

    public ColumnFamily Epochs { get; }

    public ColumnFamily Blocks { get; }

    public ColumnFamily BlockIds { get; }

    public ColumnFamily Results { get; }

    public ColumnFamily Leaves { get; }

    public ColumnFamily LogNodes { get; }

    public ColumnFamily TransactionIndex { get; }

    public ColumnFamily SubjectIndex { get; }

    /// <summary>The families of <see cref="IndexEntries"/>, in its order.</summary>
    public IReadOnlyList<ColumnFamily> Indexes { get; }

    public ColumnFamily State { get; }

    public ColumnFamily StateNodes { get; }

    public ColumnFamily StateChanges { get; }

    public ColumnFamily Base { get; }

    public ColumnFamily OldLeaves { get; }

    public ColumnFamily Faults { get; }

    public ColumnFamily Meta { get; }

    /// <summary>Whether the history before <see cref="BaseHeight"/> is not here.</summary>
    public bool HasBase => Volatile.Read(ref _base) > 0;

    /// <summary>Whether the leaves of that history are: contracts may ask about any of them.</summary>
    public bool HasOldLeaves => HasBase && Genesis.Parameters.Contracts is not null;

    /// <summary>The block that the store began from; 0 with the whole history.</summary>
    public BlockHeight BaseHeight
    {
        get => new(Volatile.Read(ref _base));
        set => Volatile.Write(ref _base, value.Value);
    }
}

/// <summary>Reads one database, as it is now or as it was when a snapshot was taken. Safe for concurrent use.</summary>
internal sealed class ReadScope(StoreContext context, DatabaseSnapshot? snapshot)
{
    public StoreContext Context => context;

    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key) => context.Database.Get(family, key, snapshot);

    public byte[]?[] GetMany(ColumnFamily family, IReadOnlyList<byte[]> keys) =>
        context.Database.MultiGet(family, keys, snapshot);

    public bool Contains(ColumnFamily family, ReadOnlySpan<byte> key) =>
        context.Database.Contains(family, key, snapshot);

    public bool TryRead<TState, TResult>(
        ColumnFamily family, ReadOnlySpan<byte> key, TState state, ValueReader<TState, TResult> reader,
        out TResult? result)
        where TState : allows ref struct =>
        context.Database.TryRead(family, key, state, reader, out result, snapshot);

    public DatabaseIterator Iterate(ColumnFamily family, in KeyRange range = default, bool fillCache = true) =>
        context.Database.Iterate(family, range, snapshot, fillCache);

    /// <summary>A mark of the meta family; null when it was never written.</summary>
    public byte[]? Mark(ReadOnlySpan<byte> key)
    {
        var stored = Get(context.Meta, key);
        if (stored is null) return null;
        return Sealed.Open(key, stored) ?? throw Corrupt(context.Meta, key, "the checksum is wrong");
    }

    /// <summary>The exception for a value that is not what was written.</summary>
    public StorageException Corrupt(ColumnFamily family, ReadOnlySpan<byte> key, string what) => new(
        StorageFault.Corruption,
        $"Database {context.Database.Path}, family {family.Name}, key {Convert.ToHexStringLower(key)}: {what}. " +
        "Run `ledger db verify` to see the extent.");
}
