using System.Buffers.Binary;
using System.Security.Cryptography;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// All of an instance's state at a moment: memory, pages, globals, gas and depth. Immutable; fits every instance of
/// the same code, and can be used by several at once.
/// </summary>
public sealed class WasmImage
{
    internal WasmImage(
        WasmCode code, int pages, long gas, long depth, long[] globals, (int Start, int Length)[] runs, byte[] bytes)
    {
        (Code, Pages, Gas, Depth, Globals, Runs, Bytes) = (code, pages, gas, depth, globals, runs, bytes);
        Hash = ComputeHash();
    }

    /// <summary>
    /// The hash of memory, pages and globals; equal exactly when they are. SHA-256 over their numbers, little-endian,
    /// and the parts of memory that are not zero with their places.
    /// </summary>
    public Hash256 Hash { get; }

    /// <summary>Pages that an instance has when it begins from here.</summary>
    public int Pages { get; }

    /// <summary>Bytes that keeping it takes.</summary>
    public int SizeBytes => Bytes.Length;

    internal WasmCode Code { get; }

    internal long Gas { get; }

    internal long Depth { get; }

    internal long[] Globals { get; }

    /// <summary>Where the bytes belong, in order; everything else is zero.</summary>
    internal (int Start, int Length)[] Runs { get; }

    internal byte[] Bytes { get; }

    private Hash256 ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        Append(hash, number, Pages);
        Append(hash, number, Globals.Length);
        foreach (var value in Globals) Append(hash, number, value);
        foreach (var (start, length) in Runs)
        {
            Append(hash, number, start);
            Append(hash, number, length);
        }

        hash.AppendData(Bytes);
        return new Hash256(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, Span<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer, value);
        hash.AppendData(buffer);
    }
}
