using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ledger.Storage.RocksDb.Native;

/// <summary>
/// Databases, batches, reads and iterators of the RocksDB C API. Line numbers are those of rocksdb/c.h in release
/// 7.8.3. An error argument must be zero on entry and holds a C string afterwards when the call failed:
/// <see cref="NativeError.ThrowIfError"/> frees it.
/// </summary>
internal static unsafe partial class NativeMethods
{
    /// <summary>c.h, perf context: the level of <see cref="SetPerfLevel"/> without any counters.</summary>
    internal const int PerfDisabled = 1;

    // The resolver must be there before the first call, whichever it is.
    static NativeMethods() => RocksLibrary.Install();

    // Open and close.
    /// <summary>c.h:375</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_open_column_families",
        StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint Open(
        OptionsHandle options, string path, int count, nint* names, nint* familyOptions, nint* families,
        ref nint error);

    /// <summary>c.h:389</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_open_for_read_only_column_families",
        StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint OpenReadOnly(
        OptionsHandle options, string path, int count, nint* names, nint* familyOptions, nint* families,
        [MarshalAs(UnmanagedType.U1)] bool errorIfWalExists, ref nint error);

    /// <summary>c.h:403</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_list_column_families",
        StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint* ListFamilies(OptionsHandle options, string path, out nuint count, ref nint error);

    /// <summary>c.h:407</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_list_column_families_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void ListFamiliesDestroy(nint* list, nuint count);

    /// <summary>c.h:423</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_column_family_handle_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void FamilyDestroy(nint family);

    /// <summary>c.h:432</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_close")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void Close(nint database);

    /// <summary>c.h:2736</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_free")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void Free(nint memory);

    // Write.
    /// <summary>c.h, beside rocksdb_column_family_handle_destroy</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_column_family_handle_get_id")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial uint FamilyId(FamilyHandle family);

    /// <summary>c.h, beside rocksdb_writebatch_create</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_writebatch_create_from")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint BatchCreateFrom(ReadOnlySpan<byte> encoded, nuint size);

    /// <summary>c.h:725</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_writebatch_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void BatchDestroy(nint batch);

    /// <summary>c.h, perf context: of the calling thread</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_set_perf_level")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetPerfLevel(int level);

    /// <summary>c.h:467</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_write")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void Write(
        DatabaseHandle database, WriteOptionsHandle options, WriteBatchHandle batch, ref nint error);

    /// <summary>c.h:670</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_flush_wal")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void FlushWal(
        DatabaseHandle database, [MarshalAs(UnmanagedType.U1)] bool sync, ref nint error);

    /// <summary>c.h:666</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_flush_cf")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void FlushFamily(
        DatabaseHandle database, FlushOptionsHandle options, FamilyHandle family, ref nint error);

    /// <summary>c.h:634</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_compact_range_cf")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void CompactRange(
        DatabaseHandle database, FamilyHandle family, byte* from, nuint fromLength, byte* to, nuint toLength);

    // Read. A pinned value stays valid until it is destroyed.
    /// <summary>c.h:2741</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_get_pinned_cf")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint GetPinned(
        DatabaseHandle database, ReadOptionsHandle options, FamilyHandle family, ReadOnlySpan<byte> key,
        nuint keyLength, ref nint error);

    /// <summary>c.h:554</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_batched_multi_get_cf")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void MultiGetPinned(
        DatabaseHandle database, ReadOptionsHandle options, FamilyHandle family, nuint count, byte** keys,
        nuint* keyLengths, nint* values, nint* errors, [MarshalAs(UnmanagedType.U1)] bool sorted);

    /// <summary>c.h:2747</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_pinnableslice_value")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial byte* PinnedValue(nint pinned, out nuint length);

    /// <summary>c.h:2745</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_pinnableslice_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void PinnedDestroy(nint pinned);

    /// <summary>c.h:593</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_create_snapshot")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SnapshotCreate(DatabaseHandle database);

    /// <summary>c.h:596</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_release_snapshot")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SnapshotRelease(nint database, nint snapshot);

    // Iterators.
    /// <summary>c.h:584</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_create_iterator_cf")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint IteratorCreate(
        DatabaseHandle database, ReadOptionsHandle options, FamilyHandle family);

    /// <summary>c.h:690</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void IteratorDestroy(nint iterator);

    /// <summary>c.h:691</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_valid")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool IteratorValid(IteratorHandle iterator);

    /// <summary>c.h:693</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_seek_to_first")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void IteratorSeekToFirst(IteratorHandle iterator);

    /// <summary>c.h:694</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_seek_to_last")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void IteratorSeekToLast(IteratorHandle iterator);

    /// <summary>c.h:695</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_seek")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void IteratorSeek(IteratorHandle iterator, ReadOnlySpan<byte> key, nuint keyLength);

    /// <summary>c.h:697</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_seek_for_prev")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void IteratorSeekForPrevious(
        IteratorHandle iterator, ReadOnlySpan<byte> key, nuint keyLength);

    /// <summary>c.h:700</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_next")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void IteratorNext(IteratorHandle iterator);

    /// <summary>c.h:701</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_prev")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void IteratorPrevious(IteratorHandle iterator);

    /// <summary>c.h:702</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_key")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial byte* IteratorKey(IteratorHandle iterator, out nuint length);

    /// <summary>c.h:704</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_value")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial byte* IteratorValue(IteratorHandle iterator, out nuint length);

    /// <summary>c.h:708</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_iter_get_error")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void IteratorGetError(IteratorHandle iterator, ref nint error);

    // Checkpoints and properties.
    /// <summary>c.h:359</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_checkpoint_object_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint CheckpointCreate(DatabaseHandle database, ref nint error);

    /// <summary>c.h:361</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_checkpoint_create",
        StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void CheckpointWrite(
        nint checkpoint, string directory, ulong walSizeForFlush, ref nint error);

    /// <summary>c.h:365</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_checkpoint_object_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void CheckpointDestroy(nint checkpoint);

    /// <summary>c.h:609</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_property_int_cf",
        StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int PropertyInt(DatabaseHandle database, FamilyHandle family, string name, out ulong value);
}
