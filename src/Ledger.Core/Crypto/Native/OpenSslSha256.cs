using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ledger.Core.Crypto.Native;

/// <summary>
/// SHA-256 of short messages straight from the libcrypto that the framework itself runs on. The framework's one-shot call
/// looks the algorithm up and makes a context each time, which costs four times what hashing two tree nodes does; trees,
/// ids and the rows of a data set are nothing but such messages.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Messages are padded here (FIPS 180-4 section 5.1.1), so that one call does all blocks and any
/// state can be gone on from. The functions are OpenSSL's plain ones: deprecated since 3.0, and in every build that
/// distributions ship. Where they are absent, or their context is not what the header says,
/// <see cref="IsAvailable"/> is false and the framework is used.
/// </remarks>
internal static unsafe class OpenSslSha256
{
    /// <summary>Longer messages are left to the framework: the calls hold up a garbage collection.</summary>
    public const int MaxLength = 1024;

    /// <summary>Bytes in a block.</summary>
    public const int BlockSize = 64;

    // SHA256_CTX is 112 bytes in every release: eight words of state, a length, a block and two counters.
    private const int ContextSize = 128;

    // 0x80 and the message's length in bits.
    private const int LeastPadding = 1 + sizeof(ulong);

    // Unsafe: function pointers, because the calls must not pay for a transition that is dearer than the hash.
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, byte*, nuint, int> Update;

    static OpenSslSha256()
    {
        if (!TryLoad(out var library) || !NativeLibrary.TryGetExport(library, "SHA256_Update", out var update)) return;
        Update = (delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, byte*, nuint, int>)update;
        IsAvailable = HashesAsTheFramework();
    }

    /// <summary>Whether libcrypto and its functions are there.</summary>
    public static bool IsAvailable { get; }

    /// <summary>
    /// Hashes first || second, together at most <see cref="MaxLength"/> bytes. Only where <see cref="IsAvailable"/>.
    /// </summary>
    public static Hash256 Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        Hash(Sha256State.Initial, 0, first, second);

    /// <summary>
    /// Goes on from the state after <paramref name="before"/> bytes, which are whole blocks, with first || second,
    /// together at most <see cref="MaxLength"/> bytes. Only where <see cref="IsAvailable"/>.
    /// </summary>
    [SkipLocalsInit]
    public static Hash256 Hash(in Sha256State state, int before, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> message = stackalloc byte[MaxLength + BlockSize + LeastPadding];
        var length = first.Length + second.Length;
        var padded = (length + LeastPadding + BlockSize - 1) & -BlockSize;
        message = message[..padded];
        first.CopyTo(message);
        second.CopyTo(message[first.Length..]);
        message[length] = 0x80;
        message[(length + 1)..].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(message[(padded - sizeof(ulong))..], 8UL * (ulong)(before + length));
        return Compress(state, message).ToHash();
    }

    /// <summary>The state after more whole blocks. Only where <see cref="IsAvailable"/>.</summary>
    [SkipLocalsInit]
    public static Sha256State Compress(in Sha256State state, ReadOnlySpan<byte> blocks)
    {
        // Unsafe: the context lies on this stack, which holds more than SHA256_CTX, and the data is pinned for as long as
        // the call lasts. What lies behind the state in the context is a length, which nobody reads here, and what
        // an unfinished block needs: there is none.
        var context = stackalloc byte[ContextSize];
        new Span<byte>(context, ContextSize).Clear();
        *(Sha256State*)context = state;
        fixed (byte* data = blocks) Update(context, data, (nuint)blocks.Length);
        return *(Sha256State*)context;
    }

    private static bool HashesAsTheFramework()
    {
        Span<byte> message = stackalloc byte[100];
        for (var i = 0; i < message.Length; i++) message[i] = (byte)i;
        return Hash(message[..70], message[70..]).AsSpan().SequenceEqual(SHA256.HashData(message));
    }

    // The names of OpenSSL 3 and 1.1. The framework has loaded one of them already on any Linux where it runs.
    private static bool TryLoad(out nint library) =>
        NativeLibrary.TryLoad("libcrypto.so.3", out library) || NativeLibrary.TryLoad("libcrypto.so.1.1", out library);
}
