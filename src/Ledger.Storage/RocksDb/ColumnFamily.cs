using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>A named, ordered key space of a database. Usable as long as the database is open.</summary>
internal sealed class ColumnFamily
{
    internal ColumnFamily(string name, nint native)
    {
        Name = name;
        Handle = new FamilyHandle(native);
    }

    /// <summary>Its name on disk.</summary>
    public string Name { get; }

    internal FamilyHandle Handle { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
