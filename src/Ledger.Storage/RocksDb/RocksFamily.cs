using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>A column family of RocksDB.</summary>
internal sealed class RocksFamily : ColumnFamily
{
    internal RocksFamily(string name, nint native)
        : base(name) => Handle = new FamilyHandle(native);

    internal FamilyHandle Handle { get; }

    /// <summary>The native handle of a family that this house's RocksDB made.</summary>
    internal static FamilyHandle HandleOf(ColumnFamily family) => ((RocksFamily)family).Handle;
}
