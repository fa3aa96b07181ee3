namespace Ledger.Storage.KeyValue;

/// <summary>A named, ordered key space of a database. Usable as long as the database is open.</summary>
internal abstract class ColumnFamily(string name)
{
    /// <summary>Its name on disk.</summary>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
