using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ledger.Core.Crypto.Native;

/// <summary>
/// SHA-256 of short messages straight from the libcrypto that the framework itself runs on. The framework's one-shot call
/// looks the algorithm up and makes a context each time, which costs four times what hashing two tree nodes does; trees
/// and ids are nothing but such messages.
/// </summary>
/// <remarks>
/// Safe for concurrent use. The functions are OpenSSL's plain ones: deprecated since 3.0, and in every build that
/// distributions ship. Where they are absent <see cref="IsAvailable"/> is false and the framework is used.
/// </remarks>
internal static unsafe class OpenSslSha256
{
    /// <summary>Longer messages are left to the framework: the calls hold up a garbage collection.</summary>
    public const int MaxLength = 1024;

    // SHA256_CTX is 112 bytes in every release: eight words of state, a length, a block and two counters.
    private const int ContextSize = 128;

    // Unsafe: function pointers, because the calls must not pay for a transition that is dearer than the hash.
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, int> Init;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, byte*, nuint, int> Update;
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<byte*, void*, int> Final;

    static OpenSslSha256()
    {
        if (!TryLoad(out var library)
            || !NativeLibrary.TryGetExport(library, "SHA256_Init", out var init)
            || !NativeLibrary.TryGetExport(library, "SHA256_Update", out var update)
            || !NativeLibrary.TryGetExport(library, "SHA256_Final", out var final))
        {
            return;
        }

        Init = (delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, int>)init;
        Update = (delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, byte*, nuint, int>)update;
        Final = (delegate* unmanaged[Cdecl, SuppressGCTransition]<byte*, void*, int>)final;
        IsAvailable = true;
    }

    /// <summary>Whether libcrypto and its functions are there.</summary>
    public static bool IsAvailable { get; }

    /// <summary>
    /// Hashes first || second, together at most <see cref="MaxLength"/> bytes. Only where <see cref="IsAvailable"/>.
    /// </summary>
    [SkipLocalsInit]
    public static Hash256 Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        // Unsafe: the context and the digest lie on this stack and the data is pinned for as long as the calls last.
        var context = stackalloc ulong[ContextSize / sizeof(ulong)];
        Hash256 digest;
        Init(context);
        fixed (byte* data = first) Update(context, data, (nuint)first.Length);
        fixed (byte* data = second) Update(context, data, (nuint)second.Length);
        Final((byte*)&digest, context);
        return digest;
    }

    // The names of OpenSSL 3 and 1.1. The framework has loaded one of them already on any Linux where it runs.
    private static bool TryLoad(out nint library) =>
        NativeLibrary.TryLoad("libcrypto.so.3", out library) || NativeLibrary.TryLoad("libcrypto.so.1.1", out library);
}
