using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ledger.Core.Crypto.Native;

/// <summary>The eight words of SHA-256 between two blocks (FIPS 180-4 section 5.3.3).</summary>
[InlineArray(Words)]
internal struct Sha256State
{
    private const int Words = 8;

#pragma warning disable IDE0044, IDE0051 // The compiler repeats this element; it is never named.
    private uint _word;
#pragma warning restore IDE0044, IDE0051

    /// <summary>Before the first block.</summary>
    public static readonly Sha256State Initial = Of(
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);

    /// <summary>The state as a digest: its words, each with the most significant byte first.</summary>
    [SkipLocalsInit]
    public readonly Hash256 ToHash()
    {
        Span<uint> digest = stackalloc uint[Words];
        ReadOnlySpan<uint> words = this;
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(words, digest);
        else words.CopyTo(digest);
        return new Hash256(System.Runtime.InteropServices.MemoryMarshal.AsBytes(digest));
    }

    private static Sha256State Of(ReadOnlySpan<uint> words)
    {
        Sha256State state = default;
        words.CopyTo(state);
        return state;
    }
}
