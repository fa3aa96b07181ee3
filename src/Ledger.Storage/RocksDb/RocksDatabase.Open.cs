using System.Runtime.InteropServices;
using Ledger.Storage.RocksDb.Native;

namespace Ledger.Storage.RocksDb;

internal sealed partial class RocksDatabase
{
    private const string DefaultFamily = "default";
    private const int InfoLogLevelFatal = 4;

    // A record cut short at the end of the log is what a crash leaves behind and was never acknowledged: it is dropped.
    // Any other damage refuses to open. RocksDB's default (point in time) would silently drop synced writes after it.
    private const int WalTolerateCorruptedTail = 0;

    // Opening writes a manifest and other small files, and what the log holds as tables. Debian's library is built with
    // assertions, one of which ends the process when such a write fails: nobody would read why.
    private const long SpaceToOpen = 256 << 10;

    /// <summary>Opens a database, creating it and its families where they are missing.</summary>
    /// <exception cref="StorageException">
    /// It is locked, damaged, or made by something else, or there is no space to open it.
    /// </exception>
    /// <exception cref="DllNotFoundException">librocksdb is not installed.</exception>
    public static RocksDatabase Open(DatabaseOptions options)
    {
        if (!options.ReadOnly)
        {
            Directory.CreateDirectory(options.Path);
            RequireSpace(options.Path);
        }

        using var ownCache = options.Cache is null ? new BlockCache(8 << 20) : null;
        var cache = options.Cache ?? ownCache!;
        using var database = DatabaseLevel(options);

        // Every family on disk must be named, or the library refuses to open.
        string[] names =
        [
            .. ListFamilies(database, options.Path).Append(DefaultFamily).Concat(options.Families.Keys)
                .Distinct().Order(StringComparer.Ordinal),
        ];
        var families = Array.ConvertAll(
            names, name => FamilyLevel(options.Families.GetValueOrDefault(name) ?? new FamilyOptions(), cache));
        try
        {
            var (handle, opened) = OpenNative(database, options, names, families);
            var result = new RocksDatabase(options, handle, opened);
            RequireVersion(result, options.ReadOnly);
            return result;
        }
        finally
        {
            foreach (var family in families) family.Dispose();
        }
    }

    private static void RequireSpace(string path)
    {
        var needed = SpaceToOpen + new DirectoryInfo(path).EnumerateFiles("*.log").Sum(log => log.Length);
        // Of the file system that the folder is on, for this user.
        var free = new DriveInfo(path).AvailableFreeSpace;
        if (free >= needed) return;
        throw new StorageException(
            StorageFault.InputOutput,
            $"RocksDB, database {path}: No space left on device: {free} bytes are free, opening it may write {needed}.");
    }

    private static OptionsHandle DatabaseLevel(DatabaseOptions options)
    {
        var handle = new OptionsHandle();
        NativeMethods.SetCreateIfMissing(handle, !options.ReadOnly);
        NativeMethods.SetCreateMissingFamilies(handle, !options.ReadOnly);
        NativeMethods.SetParanoidChecks(handle, true);
        NativeMethods.SetWalRecoveryMode(handle, WalTolerateCorruptedTail);
        NativeMethods.SetDatabaseWriteBufferSize(handle, (nuint)options.TotalWriteBufferBytes);
        NativeMethods.SetMaxTotalWalSize(handle, (ulong)options.TotalWalBytes);
        NativeMethods.SetMaxOpenFiles(handle, options.OpenFiles);
        // One flush and one compaction: nodes may share a machine.
        NativeMethods.SetMaxBackgroundJobs(handle, 2);
        // The manifest is rewritten beyond this; RocksDB's default of 1 GiB never is in practice.
        NativeMethods.SetMaxManifestFileSize(handle, 4 << 20);
        // RocksDB's own text log, two files of a mebibyte: how the database was opened, nothing of what happens after. An
        // error of a background thread comes back with the next write, and is told to the node's own log; written here as
        // well, on a full disk, it fails, and the line after it meets an assertion in Debian's library and ends the process.
        NativeMethods.SetInfoLogLevel(handle, InfoLogLevelFatal);
        NativeMethods.SetMaxInfoLogSize(handle, 1 << 20);
        NativeMethods.SetKeepInfoLogs(handle, 2);
        NativeMethods.SetStatsDumpPeriod(handle, 0);
        return handle;
    }

    private static OptionsHandle FamilyLevel(FamilyOptions options, BlockCache cache)
    {
        var handle = new OptionsHandle();
        if (options.Ascending) RememberPlaces(handle);
        NativeMethods.SetWriteBufferSize(handle, (nuint)options.WriteBufferBytes);
        NativeMethods.SetCompression(handle, (int)options.Compression);
        using var table = new TableOptionsHandle();
        NativeMethods.SetBlockCache(table, cache.Handle);
        NativeMethods.SetBlockSize(table, (nuint)options.BlockBytes);
        // Indexes and filters count against the cache; otherwise memory grows with the chain.
        NativeMethods.SetCacheIndexAndFilter(table, true);
        if (options.PointLookups)
        {
            // The table takes ownership of the filter policy.
            NativeMethods.SetFilterPolicy(table, NativeMethods.BloomFilterCreate(10));
            // And one for what is in memory yet, of a fiftieth of the buffer: some twenty bits a key.
            NativeMethods.SetMemtableBloomRatio(handle, 0.02);
            NativeMethods.SetMemtableWholeKeyFilter(handle, true);
        }

        NativeMethods.SetTableFactory(handle, table);
        return handle;
    }

    // The C API has no function for this one. Places are kept for each first byte. The library would mistake the place
    // of a deleted range, which lies in a list of its own, for one of a key; all of ours begin at the empty key, which has
    // no first byte (WriteBatch.DeleteBelow).
    private static void RememberPlaces(OptionsHandle handle)
    {
        using var plain = new OptionsHandle();
        nint error = 0;
        NativeMethods.OptionsFromString(
            plain, "memtable_insert_with_hint_prefix_extractor=rocksdb.FixedPrefix.1", handle, ref error);
        NativeError.ThrowIfError(error, "options");
    }

    // Unsafe because the C API takes arrays of pointers and returns one.
    private static unsafe string[] ListFamilies(OptionsHandle options, string path)
    {
        // A directory without this file holds no database yet.
        if (!File.Exists(System.IO.Path.Combine(path, "CURRENT"))) return [];
        nint error = 0;
        var list = NativeMethods.ListFamilies(options, path, out var count, ref error);
        NativeError.ThrowIfError(error, path);
        try
        {
            var names = new string[(int)count];
            for (var i = 0; i < names.Length; i++) names[i] = Marshal.PtrToStringUTF8(list[i]) ?? "";
            return names;
        }
        finally
        {
            NativeMethods.ListFamiliesDestroy(list, count);
        }
    }

    // Unsafe because the C API takes arrays of pointers and fills one.
    private static unsafe (DatabaseHandle Handle, Dictionary<string, RocksFamily> Families) OpenNative(
        OptionsHandle database, DatabaseOptions options, string[] names, OptionsHandle[] familyOptions)
    {
        var nativeNames = Array.ConvertAll(names, Marshal.StringToCoTaskMemUTF8);
        var nativeOptions = Array.ConvertAll(familyOptions, o => o.DangerousGetHandle());
        var families = new nint[names.Length];
        nint error = 0;
        nint handle;
        try
        {
            fixed (nint* name = nativeNames, option = nativeOptions, family = families)
            {
                handle = options.ReadOnly
                    ? NativeMethods.OpenReadOnly(
                        database, options.Path, names.Length, name, option, family, errorIfWalExists: false, ref error)
                    : NativeMethods.Open(database, options.Path, names.Length, name, option, family, ref error);
            }
        }
        finally
        {
            Array.ForEach(nativeNames, Marshal.FreeCoTaskMem);
        }

        NativeError.ThrowIfError(error, options.Path);
        var byName = new Dictionary<string, RocksFamily>(names.Length, StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++) byName.Add(names[i], new RocksFamily(names[i], families[i]));
        return (new DatabaseHandle(handle, families), byName);
    }

    // The C API cannot say its release, but every opening for writing leaves a text file of options that does.
    private static void RequireVersion(RocksDatabase database, bool readOnly)
    {
        if (readOnly) return;
        var version = WrittenVersion(database.Path);
        if (version is null || version >= RocksLibrary.Oldest) return;
        database.Dispose();
        throw new StorageException(
            StorageFault.Incompatible,
            $"librocksdb is release {version}; {RocksLibrary.Oldest} or later is needed: apt install librocksdb7.8.");
    }

    private static Version? WrittenVersion(string path)
    {
        const string Key = "rocksdb_version=";
        var newest = Directory.EnumerateFiles(path, "OPTIONS-*")
            .Where(f => !f.EndsWith(".dbtmp", StringComparison.Ordinal))
            .Max(StringComparer.Ordinal);
        if (newest is null) return null;
        var line = File.ReadLines(newest).Take(20).Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith(Key));
        return Version.TryParse(line?[Key.Length..], out var version) ? version : null;
    }
}
