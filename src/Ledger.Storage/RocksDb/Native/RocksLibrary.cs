using System.Reflection;
using System.Runtime.InteropServices;

namespace Ledger.Storage.RocksDb.Native;

/// <summary>
/// Finds librocksdb. Debian's runtime package carries only the versioned name (the bare one belongs to the -dev
/// package), so the versioned names of every major release that this binding works with are tried in turn.
/// </summary>
/// <remarks>Installed once, before the first call into the library. Safe for concurrent use.</remarks>
internal static class RocksLibrary
{
    /// <summary>The name that <see cref="NativeMethods"/> imports.</summary>
    internal const string Name = "rocksdb";

    /// <summary>Environment variable with the full path of the library to use instead.</summary>
    internal const string PathVariable = "LEDGER_ROCKSDB_PATH";

    /// <summary>The oldest release that has every function the binding calls.</summary>
    internal static readonly Version Oldest = new(7, 8);

    // The youngest of the imported functions: a library that exports it exports the others.
    private const string YoungestExport = "rocksdb_batched_multi_get_cf";

    /// <summary>Registers the resolver for this assembly.</summary>
    internal static void Install() => NativeLibrary.SetDllImportResolver(typeof(RocksLibrary).Assembly, Resolve);

    /// <summary>The library names tried, best first.</summary>
    internal static IEnumerable<string> Candidates()
    {
        if (OperatingSystem.IsWindows())
        {
            yield return "rocksdb.dll";
            yield break;
        }

        if (OperatingSystem.IsMacOS())
        {
            yield return "librocksdb.dylib";
            yield break;
        }

        yield return "librocksdb.so.7.8";
        foreach (var minor in Enumerable.Range(9, 2)) yield return $"librocksdb.so.7.{minor}";
        foreach (var major in Enumerable.Range(8, 3))
        {
            // Upstream names its library after major and minor; no release of these majors went beyond minor 11.
            foreach (var minor in Enumerable.Range(0, 12).Reverse()) yield return $"librocksdb.so.{major}.{minor}";
            yield return $"librocksdb.so.{major}";
        }

        yield return "librocksdb.so";
    }

    /// <summary>Loads the library, or says what to install.</summary>
    /// <exception cref="DllNotFoundException">No candidate could be loaded, or it is too old.</exception>
    internal static nint Load(string? overridePath, IEnumerable<string> candidates)
    {
        if (!string.IsNullOrEmpty(overridePath))
        {
            if (NativeLibrary.TryLoad(overridePath, out var chosen)) return RequireExports(chosen, overridePath);
            throw new DllNotFoundException($"{PathVariable} names {overridePath}, which is not a loadable library.");
        }

        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle)) return RequireExports(handle, candidate);
        }

        throw new DllNotFoundException(
            "librocksdb was not found. On Debian and Ubuntu: apt install librocksdb7.8 (or a later librocksdb). " +
            $"Elsewhere: put the library's full path into {PathVariable}.");
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == Name ? Load(Environment.GetEnvironmentVariable(PathVariable), Candidates()) : 0;

    private static nint RequireExports(nint library, string path) =>
        NativeLibrary.TryGetExport(library, YoungestExport, out _)
            ? library
            : throw new DllNotFoundException($"{path} is older than RocksDB {Oldest}: apt install librocksdb7.8.");
}
