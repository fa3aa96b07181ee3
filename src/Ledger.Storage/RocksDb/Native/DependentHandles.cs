using System.Runtime.InteropServices;
using Ledger.Storage.KeyValue;
using Microsoft.Win32.SafeHandles;

namespace Ledger.Storage.RocksDb.Native;

/// <summary>
/// A native object that must be gone before its database closes: it holds a reference to the database.
/// </summary>
internal abstract class DependentHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly DatabaseHandle _database;

    protected DependentHandle(DatabaseHandle database)
        : base(ownsHandle: true)
    {
        var added = false;
        database.DangerousAddRef(ref added);
        _database = database;
    }

    /// <summary>The database, for release functions that want it.</summary>
    protected nint Database => _database.DangerousGetHandle();

    /// <inheritdoc/>
    protected sealed override bool ReleaseHandle()
    {
        ReleaseOwn();
        _database.DangerousRelease();
        return true;
    }

    /// <summary>Destroys the native object.</summary>
    protected abstract void ReleaseOwn();
}

/// <summary>Owns a write batch.</summary>
internal sealed class WriteBatchHandle : DependentHandle
{
    /// <summary>Copies a batch in the library's encoding.</summary>
    public WriteBatchHandle(DatabaseHandle database, ReadOnlySpan<byte> encoded)
        : base(database) => SetHandle(NativeMethods.BatchCreateFrom(encoded, (nuint)encoded.Length));

    /// <inheritdoc/>
    protected override void ReleaseOwn() => NativeMethods.BatchDestroy(handle);
}

/// <summary>Owns a snapshot.</summary>
internal sealed class SnapshotHandle : DependentHandle
{
    public SnapshotHandle(DatabaseHandle database)
        : base(database) => SetHandle(NativeMethods.SnapshotCreate(database));

    /// <inheritdoc/>
    protected override void ReleaseOwn() => NativeMethods.SnapshotRelease(Database, handle);
}

/// <summary>
/// Owns an iterator together with its read options and the memory of its bounds, both of which the native iterator
/// points into as long as it lives.
/// </summary>
internal sealed unsafe class IteratorHandle : DependentHandle
{
    private readonly ReadOptionsHandle _options;
    private readonly void* _bounds;

    public IteratorHandle(
        DatabaseHandle database, FamilyHandle family, in KeyRange range, SnapshotHandle? snapshot, bool fillCache)
        : base(database)
    {
        _options = new ReadOptionsHandle(snapshot);
        // Held by count too: when both are garbage the finalizer may reach the options first.
        var added = false;
        _options.DangerousAddRef(ref added);
        NativeMethods.SetFillCache(_options, fillCache);

        var lower = range.From.Span;
        var upper = range.To.Span;
        // Unmanaged, because the native iterator keeps the two addresses and managed memory moves.
        _bounds = NativeMemory.Alloc((nuint)(lower.Length + upper.Length + 1));
        var lowerCopy = (byte*)_bounds;
        var upperCopy = lowerCopy + lower.Length;
        lower.CopyTo(new Span<byte>(lowerCopy, lower.Length));
        upper.CopyTo(new Span<byte>(upperCopy, upper.Length));
        if (!lower.IsEmpty) NativeMethods.SetLowerBound(_options, lowerCopy, (nuint)lower.Length);
        if (!upper.IsEmpty) NativeMethods.SetUpperBound(_options, upperCopy, (nuint)upper.Length);
        SetHandle(NativeMethods.IteratorCreate(database, _options, family));
    }

    /// <inheritdoc/>
    protected override void ReleaseOwn()
    {
        NativeMethods.IteratorDestroy(handle);
        _options.DangerousRelease();
        _options.Dispose();
        NativeMemory.Free(_bounds);
    }
}
