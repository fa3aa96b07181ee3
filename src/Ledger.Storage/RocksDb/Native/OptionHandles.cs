using Microsoft.Win32.SafeHandles;

namespace Ledger.Storage.RocksDb.Native;

/// <summary>Owns the options of a database or of one column family. Needed only until the database is open.</summary>
internal sealed class OptionsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public OptionsHandle()
        : base(ownsHandle: true) => SetHandle(NativeMethods.OptionsCreate());

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.OptionsDestroy(handle);
        return true;
    }
}

/// <summary>Owns the options of the block-based table format.</summary>
internal sealed class TableOptionsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public TableOptionsHandle()
        : base(ownsHandle: true) => SetHandle(NativeMethods.TableOptionsCreate());

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.TableOptionsDestroy(handle);
        return true;
    }
}

/// <summary>Owns one reference to a block cache; databases that use it hold their own.</summary>
internal sealed class BlockCacheHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public BlockCacheHandle(nuint capacity)
        : base(ownsHandle: true) => SetHandle(NativeMethods.CacheCreateLru(capacity));

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.CacheDestroy(handle);
        return true;
    }
}

/// <summary>Owns write options.</summary>
internal sealed class WriteOptionsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public WriteOptionsHandle(bool sync)
        : base(ownsHandle: true)
    {
        SetHandle(NativeMethods.WriteOptionsCreate());
        NativeMethods.SetSync(this, sync);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.WriteOptionsDestroy(handle);
        return true;
    }
}

/// <summary>Owns read options and, where they name a snapshot, a reference to it.</summary>
internal sealed class ReadOptionsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly SnapshotHandle? _snapshot;

    public ReadOptionsHandle(SnapshotHandle? snapshot = null)
        : base(ownsHandle: true)
    {
        SetHandle(NativeMethods.ReadOptionsCreate());
        if (snapshot is null) return;
        var added = false;
        snapshot.DangerousAddRef(ref added);
        _snapshot = snapshot;
        NativeMethods.SetSnapshot(this, snapshot);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.ReadOptionsDestroy(handle);
        _snapshot?.DangerousRelease();
        return true;
    }
}

/// <summary>Owns flush options; a flush waits until it is done.</summary>
internal sealed class FlushOptionsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public FlushOptionsHandle()
        : base(ownsHandle: true) => SetHandle(NativeMethods.FlushOptionsCreate());

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.FlushOptionsDestroy(handle);
        return true;
    }
}
