using System.Buffers.Binary;
using Ledger.Core.Crypto;

namespace Ledger.Core.Tests;

/// <summary>
/// SplitMix64: the same numbers for the same seed on every machine and runtime, which System.Random does not promise.
/// </summary>
internal sealed class Prng(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        unchecked
        {
            var z = _state += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A number from 0 up to and without <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = (byte)(Next() & 0xff);
        return bytes;
    }

    public Hash256 Hash()
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        for (var i = 0; i < Hash256.Size; i += 8) BinaryPrimitives.WriteUInt64LittleEndian(bytes[i..], Next());
        return new Hash256(bytes);
    }

    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
