using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ledger.Storage.RocksDb.Native;

/// <summary>
/// Options objects of the RocksDB C API. Line numbers are those of rocksdb/c.h in release 7.8.3. A C boolean is one
/// byte here; every object is destroyed by the function of its kind, after the database copied it at open.
/// </summary>
internal static unsafe partial class NativeMethods
{
    // Database and column family options: one C type serves for both.
    /// <summary>c.h:1084</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint OptionsCreate();

    /// <summary>c.h:1085</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void OptionsDestroy(nint options);

    /// <summary>c.h:2230</summary>
    [LibraryImport(
        RocksLibrary.Name, EntryPoint = "rocksdb_get_options_from_string", StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void OptionsFromString(
        OptionsHandle source, string text, OptionsHandle destination, ref nint error);

    /// <summary>c.h:1118</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_create_if_missing")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetCreateIfMissing(OptionsHandle options, [MarshalAs(UnmanagedType.U1)] bool value);

    /// <summary>c.h:1123</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_create_missing_column_families")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetCreateMissingFamilies(
        OptionsHandle options, [MarshalAs(UnmanagedType.U1)] bool value);

    /// <summary>c.h:1131</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_paranoid_checks")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetParanoidChecks(OptionsHandle options, [MarshalAs(UnmanagedType.U1)] bool value);

    /// <summary>c.h:1586</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_compression")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetCompression(OptionsHandle options, int type);

    /// <summary>c.h:1146</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_write_buffer_size")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetWriteBufferSize(OptionsHandle options, nuint bytes);

    /// <summary>c.h:1511</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_memtable_prefix_bloom_size_ratio")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetMemtableBloomRatio(OptionsHandle options, double ratio);

    /// <summary>c.h:2781</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_memtable_whole_key_filtering")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetMemtableWholeKeyFilter(
        OptionsHandle options, [MarshalAs(UnmanagedType.U1)] bool value);

    /// <summary>c.h:1150</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_db_write_buffer_size")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetDatabaseWriteBufferSize(OptionsHandle options, nuint bytes);

    /// <summary>c.h:1358</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_max_background_jobs")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetMaxBackgroundJobs(OptionsHandle options, int jobs);

    /// <summary>c.h:1571</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_wal_recovery_mode")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetWalRecoveryMode(OptionsHandle options, int mode);

    /// <summary>c.h:1162</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_max_total_wal_size")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetMaxTotalWalSize(OptionsHandle options, ulong bytes);

    /// <summary>c.h:1394</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_max_manifest_file_size")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetMaxManifestFileSize(OptionsHandle options, nuint bytes);

    /// <summary>c.h:1154</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_max_open_files")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetMaxOpenFiles(OptionsHandle options, int files);

    /// <summary>c.h:1142</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_info_log_level")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetInfoLogLevel(OptionsHandle options, int level);

    /// <summary>c.h:1370</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_max_log_file_size")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetMaxInfoLogSize(OptionsHandle options, nuint bytes);

    /// <summary>c.h:1378</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_keep_log_file_num")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetKeepInfoLogs(OptionsHandle options, nuint count);

    /// <summary>c.h:1447</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_stats_dump_period_sec")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetStatsDumpPeriod(OptionsHandle options, uint seconds);

    /// <summary>c.h:1054</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_options_set_block_based_table_factory")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetTableFactory(OptionsHandle options, TableOptionsHandle table);

    // Table format and block cache.
    /// <summary>c.h:983</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_block_based_options_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint TableOptionsCreate();

    /// <summary>c.h:984</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_block_based_options_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void TableOptionsDestroy(nint table);

    /// <summary>c.h:1008</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_block_based_options_set_filter_policy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetFilterPolicy(TableOptionsHandle table, nint policy);

    /// <summary>c.h:1013</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_block_based_options_set_block_cache")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetBlockCache(TableOptionsHandle table, BlockCacheHandle cache);

    /// <summary>c.h:988</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_block_based_options_set_block_size")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetBlockSize(TableOptionsHandle table, nuint bytes);

    /// <summary>c.h:1043</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_block_based_options_set_cache_index_and_filter_blocks")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetCacheIndexAndFilter(
        TableOptionsHandle table, [MarshalAs(UnmanagedType.U1)] bool value);

    /// <summary>c.h:1806</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_filterpolicy_create_bloom_full")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint BloomFilterCreate(double bitsPerKey);

    /// <summary>c.h:2000</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_cache_create_lru")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint CacheCreateLru(nuint capacity);

    /// <summary>c.h:2006</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_cache_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void CacheDestroy(nint cache);

    /// <summary>c.h:2014</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_cache_get_usage")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nuint CacheGetUsage(BlockCacheHandle cache);

    // Read, write and flush options.
    /// <summary>c.h:1908</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_writeoptions_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint WriteOptionsCreate();

    /// <summary>c.h:1910</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_writeoptions_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void WriteOptionsDestroy(nint options);

    /// <summary>c.h:1912</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_writeoptions_set_sync")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetSync(WriteOptionsHandle options, [MarshalAs(UnmanagedType.U1)] bool value);

    /// <summary>c.h:1835</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_readoptions_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint ReadOptionsCreate();

    /// <summary>c.h:1837</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_readoptions_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void ReadOptionsDestroy(nint options);

    /// <summary>c.h:1847</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_readoptions_set_snapshot")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetSnapshot(ReadOptionsHandle options, SnapshotHandle snapshot);

    /// <summary>c.h:1843</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_readoptions_set_fill_cache")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetFillCache(ReadOptionsHandle options, [MarshalAs(UnmanagedType.U1)] bool value);

    /// <summary>c.h:1849</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_readoptions_set_iterate_upper_bound")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetUpperBound(ReadOptionsHandle options, byte* key, nuint length);

    /// <summary>c.h:1851</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_readoptions_set_iterate_lower_bound")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void SetLowerBound(ReadOptionsHandle options, byte* key, nuint length);

    /// <summary>c.h:1971</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_flushoptions_create")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint FlushOptionsCreate();

    /// <summary>c.h:1973</summary>
    [LibraryImport(RocksLibrary.Name, EntryPoint = "rocksdb_flushoptions_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial void FlushOptionsDestroy(nint options);
}
