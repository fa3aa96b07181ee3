using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Ledger.Storage.RocksDb.Native;

/// <summary>Turns the C API's error strings into exceptions.</summary>
internal static class NativeError
{
    /// <summary>
    /// Does nothing when <paramref name="error"/> is zero; otherwise frees it and throws what it says.
    /// </summary>
    /// <exception cref="StorageException">The call failed.</exception>
    internal static void ThrowIfError(nint error, string path)
    {
        if (error != 0) Throw(error, path);
    }

    [DoesNotReturn]
    private static void Throw(nint error, string path)
    {
        string message;
        try
        {
            message = Marshal.PtrToStringUTF8(error) ?? "";
        }
        finally
        {
            // The string came from the library's malloc.
            NativeMethods.Free(error);
        }

        throw StorageException.From(message, path);
    }
}
