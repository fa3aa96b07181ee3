using Ledger.Storage.KeyValue;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

/// <summary>A column family of RocksDB.</summary>
internal sealed class RocksFamily : ColumnFamily
{
    internal RocksFamily(string name, nint native)
        : base(name)
    {
        Handle = new FamilyHandle(native);
        Number = NativeMethods.FamilyId(Handle);
    }

    internal FamilyHandle Handle { get; }

    /// <summary>Its number in the database, as write batches and the write-ahead log name it.</summary>
    internal uint Number { get; }

    /// <summary>The native handle of a family that this house's RocksDB made.</summary>
    internal static FamilyHandle HandleOf(ColumnFamily family) => ((RocksFamily)family).Handle;
}
