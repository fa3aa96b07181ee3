using System.Runtime.InteropServices;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// The places that walks of one instance came by last, as a cache would remember them, but the same on every machine:
/// by these a walk pays for the places that it probably has to wait for. Lies outside the managed heap and guest
/// memory. Not thread-safe.
/// </summary>
/// <remarks>
/// Places are lines of 64 bytes. Each belongs to one of <see cref="Sets"/> sets of <see cref="Ways"/>; the one that
/// has been in a set for longest makes room. Together they hold as many as, with what lies beside each, a processor
/// core has room for in the caches of its own.
/// </remarks>
internal static unsafe class WasmPlaces
{
    /// <summary>What a place is: a line of a cache, as a shift.</summary>
    public const int LineShift = 6;

    public const int Sets = 1 << SetBits;
    public const int Ways = 4;

    private const int SetBits = 10;
    private const uint Spread = 0x9E37_79B1;
    private const nuint Bytes = Sets * Ways * sizeof(uint);

    public static nint Allocate() => (nint)NativeMemory.AllocZeroed(Bytes);

    public static void Clear(nint places) => NativeMemory.Clear((void*)places, Bytes);

    public static void Free(nint places) => NativeMemory.Free((void*)places);

    /// <summary>Whether a place is not among those that are remembered. From now on it is.</summary>
    public static bool IsNew(nint places, int address)
    {
        // Zero is an empty entry.
        var line = LineOf(address) + 1;
        var set = (uint*)places + (SetOf(address) * Ways);
        if (set[0] == line || set[1] == line || set[2] == line || set[3] == line) return false;
        (set[3], set[2], set[1], set[0]) = (set[2], set[1], set[0], line);
        return true;
    }

    /// <summary>The set that a place belongs to: neighbours belong to different ones.</summary>
    public static int SetOf(int address) => unchecked((int)((LineOf(address) * Spread) >> (32 - SetBits)));

    private static uint LineOf(int address) => unchecked((uint)address) >> LineShift;
}
