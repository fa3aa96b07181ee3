using System.Runtime.InteropServices;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// The address space of one instance. No address that compiled code can form lies outside it.
/// </summary>
/// <remarks>
/// <code>
/// base - 2 GiB        base              base + 64 MiB + 64 KiB            base + 2 GiB + 64 KiB
///   | zeros, read only | window and slack | zeros, read only               |
/// </code>
/// Loads add the guest's address, as a signed number, and a static offset of at most
/// <see cref="WasmCompiler.MaxFieldOffset"/>: they reach from 2 GiB below to 2 GiB and that above. Stores and other
/// loads reduce the address to the window first and reach into the slack at most. Where accesses are checked, they
/// reach no further than the instance's pages. What is reserved costs nothing until it is touched.
/// </remarks>
internal sealed unsafe class WasmMemory : SafeHandle
{
    private const int LargePageBytes = 2 << 20;

    // What every run writes lies below, and takes what it needs; runs that use more find their way by large pages: the
    // processor's table of addresses reaches all of them, and one fault brings 2 MiB.
    private const int LargePagesFrom = 6 << 20;

    // Of a 64-bit process. The base is where a large page begins.
    private static readonly nint Below = unchecked((nint)(1L << 31));
    private static readonly nuint Reserved =
        unchecked((nuint)((1L << 32) + WasmLimits.SlackBytes + LargePageBytes));

    private const int PieceBytes = 4096;

    // What a run has used near the image's own bytes is cleared by writing zeros. Giving pages back costs a call of the
    // operating system, and a fault for each when it is used again: worth it only for what is not used by every run.
    private const int HotBytes = 64 << 10;

    public WasmMemory()
        : base(NativeMethods.MapFailed, ownsHandle: true)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Guest memory needs Linux.");
        SetHandle(NativeMethods.Map(0, Reserved, NativeMethods.ProtectionRead, NativeMethods.MapPages, -1, 0));
        if (IsInvalid) throw new IOException($"Guest memory: error {Marshal.GetLastPInvokeError()}.");
        Base = unchecked((handle + Below + LargePageBytes - 1) / LargePageBytes * LargePageBytes);
        // A kernel without large pages says no, and is slower.
        _ = NativeMethods.Advise(Base, LargePagesFrom, NativeMethods.AdviseSmallPages);
        _ = NativeMethods.Advise(
            Base + LargePagesFrom, WindowAndSlack - LargePagesFrom, NativeMethods.AdviseLargePages);
        if (NativeMethods.Protect(Base, WindowAndSlack, NativeMethods.ProtectionReadWrite) != 0)
            throw new IOException($"Guest memory: error {Marshal.GetLastPInvokeError()}.");
    }

    public override bool IsInvalid => handle == NativeMethods.MapFailed;

    public nint Base { get; }

    /// <summary>All that can ever have been written.</summary>
    public static int WritableBytes => WasmLimits.WindowBytes + WasmLimits.SlackBytes;

    private static nuint WindowAndSlack => (nuint)WritableBytes;

    /// <summary>A part of what can be written. The caller has checked the bounds.</summary>
    public Span<byte> Slice(int start, int length) => new((byte*)Base + start, length);

    /// <summary>Makes a part zero.</summary>
    public void Clear(int start, int end)
    {
        var length = end - start;
        if (length <= 2 * HotBytes)
        {
            Slice(start, length).Clear();
            return;
        }

        // Behind the last of the image's bytes nothing is used twice.
        var page = Environment.SystemPageSize;
        var from = (start + HotBytes + page - 1) / page * page;
        var to = (end == WritableBytes ? end : end - HotBytes) / page * page;
        Slice(start, from - start).Clear();
        Slice(to, end - to).Clear();
        Discard(from, to);
    }

    /// <summary>Gives the pages of a part back: it is zero again.</summary>
    public void Discard(int start, int end)
    {
        if (NativeMethods.Advise(Base + start, (nuint)(end - start), NativeMethods.AdviseZero) != 0)
            throw new InvalidOperationException($"Guest memory: error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>
    /// The parts that are not zero, in pieces of a size that is the same on every machine; parts that lie close
    /// together as one.
    /// </summary>
    public List<(int Start, int Length)> FindUsed(int end)
    {
        var runs = new List<(int Start, int Length)>();
        for (var page = 0; page < end; page += PieceBytes)
        {
            if (!Slice(page, PieceBytes).ContainsAnyExcept((byte)0)) continue;
            if (runs.Count > 0 && page - (runs[^1].Start + runs[^1].Length) <= 4 * PieceBytes)
                runs[^1] = (runs[^1].Start, page + PieceBytes - runs[^1].Start);
            else
                runs.Add((page, PieceBytes));
        }

        return runs;
    }

    protected override bool ReleaseHandle() => NativeMethods.Unmap(handle, Reserved) == 0;
}
