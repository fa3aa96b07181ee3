using Microsoft.Win32.SafeHandles;

namespace Ledger.Storage.RocksDb.Native;

/// <summary>
/// Owns an open database and its column family handles, which the C API wants destroyed before the database is closed.
/// </summary>
/// <remarks>
/// Everything made from a database (batch, iterator, snapshot) holds a reference to this handle, so the native close
/// happens when the last of them is gone, in whatever order a program or the finalizer lets go of them.
/// </remarks>
internal sealed class DatabaseHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly nint[] _families;

    public DatabaseHandle(nint database, nint[] families)
        : base(ownsHandle: true)
    {
        _families = families;
        SetHandle(database);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        foreach (var family in _families) NativeMethods.FamilyDestroy(family);
        NativeMethods.Close(handle);
        return true;
    }
}

/// <summary>A column family, borrowed from the database that owns it; unusable once the database is disposed.</summary>
internal sealed class FamilyHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public FamilyHandle(nint family)
        : base(ownsHandle: false) => SetHandle(family);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => true;
}
