using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Ledger.Core.Crypto.Native;

/// <summary>
/// Finds this assembly's native libraries. Distributions give the unversioned name only to their development packages,
/// so the versioned names are tried in turn.
/// </summary>
/// <remarks>Safe for concurrent use. The runtime allows one resolver an assembly: this is it.</remarks>
internal static class NativeLibraries
{
    /// <summary>The name under which libsecp256k1 is imported.</summary>
    public const string Secp256k1 = "secp256k1";

    /// <summary>Names a file to load instead of looking for libsecp256k1.</summary>
    public const string Secp256k1PathVariable = "LEDGER_SECP256K1_PATH";

    // The interface versions of the releases 0.2 to 0.7; the functions that are imported are the same in all. The last
    // name leaves prefix and suffix to the platform.
    private static readonly string[] Secp256k1Names =
        ["libsecp256k1.so.1", "libsecp256k1.so.2", "libsecp256k1.so.5", "libsecp256k1.so.6", Secp256k1];

    private static readonly Lock Gate = new();
    private static nint _secp256k1;

    /// <summary>Loads libsecp256k1 and lets imports find it, or says what to do about it.</summary>
    public static bool TryLoadSecp256k1([NotNullWhen(false)] out string? problem)
    {
        lock (Gate)
        {
            problem = null;
            if (_secp256k1 != 0) return true;
            var path = Environment.GetEnvironmentVariable(Secp256k1PathVariable);
            if (!TryLoadSecp256k1(path, out var handle, out problem)) return false;
            NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
            _secp256k1 = handle;
            return true;
        }
    }

    /// <summary>Loads the file <paramref name="path"/>, or without one the first name that the system knows.</summary>
    internal static bool TryLoadSecp256k1(string? path, out nint handle, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        handle = 0;
        if (!string.IsNullOrEmpty(path))
        {
            if (NativeLibrary.TryLoad(path, out handle)) return true;
            problem = $"{Secp256k1PathVariable} names {path}, which cannot be loaded as a library. "
                + "Correct it, or unset it and install the package libsecp256k1-1 (Debian).";
            return false;
        }

        foreach (var name in Secp256k1Names)
        {
            if (NativeLibrary.TryLoad(name, typeof(NativeLibraries).Assembly, null, out handle)) return true;
        }

        problem = "libsecp256k1 is not installed. Install the package libsecp256k1-1 (Debian 12), libsecp256k1-2 or "
            + $"libsecp256k1 (elsewhere), or set {Secp256k1PathVariable} to the library's file.";
        return false;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == Secp256k1 ? _secp256k1 : 0;
}
