using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// A running module: its memory, globals, gas and depth. Not thread-safe; its functions run on the thread that calls
/// them, whose stack must hold <see cref="Depth"/> units of <see cref="WasmDepth.BytesPerUnit"/> bytes and some to
/// spare.
/// </summary>
/// <remarks>
/// Functions are called by managed function pointers, <c>delegate*&lt;parameters, nint, result&gt;</c>; the last
/// argument is
/// <see cref="Context"/>. Must be disposed: the context holds on to the instance.
/// </remarks>
public sealed unsafe class WasmInstance : IDisposable
{
    private readonly WasmMemory _memory = new();
    private readonly WasmContext* _context;
    private readonly GCHandle _self;
    private readonly int _initialPages;
    private readonly nint _places = WasmPlaces.Allocate();
    private int _maximumPages;

    // Whether walks may have left something there.
    private bool _placesUsed;
    private bool _disposed;

    /// <summary>Sets up memory, table and globals as the module says. Its start function is not called.</summary>
    /// <param name="code">What runs.</param>
    /// <param name="initialPages">
    /// Pages to begin with, at most <see cref="WasmLimits.WindowPages"/>. May be fewer than the module asks for, as
    /// long as its data fits.
    /// </param>
    /// <param name="maximumPages">Pages that it may grow to.</param>
    /// <param name="host">What its imports work on.</param>
    /// <exception cref="WasmTrapException">The module's data does not fit the pages.</exception>
    public WasmInstance(WasmCode code, int initialPages, int maximumPages, object host)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(initialPages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(initialPages, maximumPages);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumPages, WasmLimits.WindowPages);
        Code = code;
        Host = host;
        _initialPages = initialPages;
        _maximumPages = maximumPages;
        _self = GCHandle.Alloc(this);
        _context = (WasmContext*)NativeMemory.AllocZeroed(
            (nuint)(sizeof(WasmContext) + (8 * code.Module.GlobalArray.Length)));
        _context->Memory = _memory.Base;
        _context->Instance = GCHandle.ToIntPtr(_self);
        _context->Table = Marshal.UnsafeAddrOfPinnedArrayElement(code.Table, 0);
        _context->TableSize = code.Module.TableSize;
        SetPages(initialPages);
        var globals = code.Module.GlobalArray;
        for (var i = 0; i < globals.Length; i++) (&_context->Globals)[i] = globals[i].Initial;
        try
        {
            foreach (var data in code.Module.Data)
                data.Bytes.Span.CopyTo(Memory((uint)data.Offset, (uint)data.Bytes.Length));
        }
        catch (WasmTrapException)
        {
            Dispose();
            throw;
        }
    }

    public WasmCode Code { get; }

    /// <summary>What the imports work on.</summary>
    public object Host { get; }

    /// <summary>The last argument of every function and import.</summary>
    public nint Context => (nint)_context;

    /// <summary>Gas left. Below zero when it has run out.</summary>
    public long Gas
    {
        get => _context->Gas;
        set => _context->Gas = value;
    }

    /// <summary>Depth left: what calls of guest functions may take of the host's stack.</summary>
    public long Depth
    {
        get => _context->Depth;
        set => _context->Depth = value;
    }

    /// <summary>Pages of memory.</summary>
    public int Pages => _context->Pages;

    /// <summary>Pages that the memory may grow to.</summary>
    public int MaximumPages
    {
        get => _maximumPages;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, WasmLimits.WindowPages);
            _maximumPages = value;
        }
    }

    /// <summary>The instance whose context an import was given.</summary>
    public static WasmInstance Of(nint context) =>
        (WasmInstance)GCHandle.FromIntPtr(((WasmContext*)context)->Instance).Target!;

    /// <summary>Takes gas for the host's own work, and traps when there is not enough.</summary>
    public void Charge(long gas)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gas);
        // Whatever is asked for beyond what is left is the same to the guest.
        if (gas > _context->Gas)
        {
            _context->Gas = -1;
            WasmRuntime.OutOfGas();
        }

        _context->Gas -= gas;
    }

    /// <summary>Grows the memory by pages, of zeros; takes gas for each. False when that would be too many.</summary>
    public bool TryGrow(int pages)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pages);
        var most = Math.Min(_maximumPages, Code.Module.MaximumPages);
        if (pages > most - _context->Pages) return false;
        Charge((long)pages * WasmPrices.Page);
        SetPages(_context->Pages + pages);
        return true;
    }

    /// <summary>A part of the guest's memory. Every access of the host goes through here.</summary>
    /// <exception cref="WasmTrapException">It is not all within the memory.</exception>
    public Span<byte> Memory(uint address, uint length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if ((ulong)address + length > (ulong)_context->Pages * WasmLimits.PageBytes)
            throw new WasmTrapException(WasmTrap.OutOfBounds);
        return _memory.Slice((int)address, (int)length);
    }

    public byte ReadByte(uint address) => Memory(address, 1)[0];

    public int ReadInt32(uint address) => BinaryPrimitives.ReadInt32LittleEndian(Memory(address, 4));

    public long ReadInt64(uint address) => BinaryPrimitives.ReadInt64LittleEndian(Memory(address, 8));

    public void WriteByte(uint address, byte value) => Memory(address, 1)[0] = value;

    public void WriteInt32(uint address, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(Memory(address, 4), value);

    public void WriteInt64(uint address, long value) =>
        BinaryPrimitives.WriteInt64LittleEndian(Memory(address, 8), value);

    /// <summary>The bytes from an address to the next zero, which is not among them.</summary>
    public ReadOnlySpan<byte> ReadZeroTerminated(uint address)
    {
        var end = (uint)_context->Pages * WasmLimits.PageBytes;
        var rest = Memory(address, end - Math.Min(address, end));
        var length = rest.IndexOf((byte)0);
        return length < 0 ? throw new WasmTrapException(WasmTrap.OutOfBounds) : rest[..length];
    }

    /// <summary>The pointer of an exported function: a managed one, whose last parameter is the context.</summary>
    /// <exception cref="ArgumentException">There is no such function, or it is an import.</exception>
    public nint Function(string export)
    {
        var address = Code.Module.Exports.TryGetValue(export, out var found) && found.Kind == WasmExternalKind.Function
            ? Code.AddressOf(found.Index) : 0;
        if (address != 0) return address;
        throw new ArgumentException($"No function {export} is exported.", nameof(export));
    }

    /// <summary>The value of a global, as bits.</summary>
    public long Global(int index) => new ReadOnlySpan<long>(&_context->Globals, Code.Module.GlobalArray.Length)[index];

    /// <summary>Calls the module's start function, if it has one.</summary>
    public void Start()
    {
        if (Code.Module.Start >= 0) ((delegate*<nint, void>)Code.AddressOf(Code.Module.Start))(Context);
    }

    /// <summary>
    /// Takes down all state. What a stray store may have left beyond the memory's pages is cleared away.
    /// </summary>
    public WasmImage TakeImage()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var end = _context->Pages * WasmLimits.PageBytes;
        _memory.Discard(end, WasmMemory.WritableBytes);
        var runs = _memory.FindUsed(end);
        var (total, at) = (0, 0);
        foreach (var (_, length) in runs) total += length;
        var bytes = new byte[total];
        foreach (var (start, length) in runs)
        {
            _memory.Slice(start, length).CopyTo(bytes.AsSpan(at));
            at += length;
        }

        var globals = new ReadOnlySpan<long>(&_context->Globals, Code.Module.GlobalArray.Length).ToArray();
        return new WasmImage(Code, Pages, Gas, Depth, globals, [.. runs], bytes);
    }

    /// <summary>
    /// Makes all state what it was when the image was taken. Every byte that compiled code can write is either copied
    /// from the image, overwritten with zero, or given back to the operating system: nothing is left, whatever has run.
    /// What the image has grown by is never given back: a run would pay for none of the faults that this brings.
    /// </summary>
    public void Restore(WasmImage image)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (image.Code != Code) throw new ArgumentException("The image is of other code.", nameof(image));
        var (cleared, at) = (0, 0);
        foreach (var (start, length) in image.Runs)
        {
            ClearGap(cleared, start, image.Pages);
            image.Bytes.AsSpan(at, length).CopyTo(_memory.Slice(start, length));
            cleared = start + length;
            at += length;
        }

        ClearGap(cleared, WasmMemory.WritableBytes, image.Pages);
        if (_placesUsed) WasmPlaces.Clear(_places);
        _placesUsed = false;
        image.Globals.CopyTo(new Span<long>(&_context->Globals, image.Globals.Length));
        SetPages(image.Pages);
        (_context->Gas, _context->Depth) = (image.Gas, image.Depth);
    }

    private void SetPages(int pages)
    {
        var isLarge = pages > WasmPrices.WalkPages;
        _placesUsed |= isLarge;
        (_context->Pages, _context->Places) = (pages, isLarge ? _places : 0);
    }

    private void ClearGap(int start, int end, int pages)
    {
        var (from, to) = (_initialPages * WasmLimits.PageBytes, pages * WasmLimits.PageBytes);
        if (start < from) _memory.Clear(start, Math.Min(end, from));
        var (first, last) = (Math.Max(start, from), Math.Min(end, to));
        if (first < last) _memory.Slice(first, last - first).Clear();
        if (end > to) _memory.Clear(Math.Max(start, to), end);
    }

    /// <summary>The hash of the memory's pages, for tests: SHA-256.</summary>
    public Hash256 HashMemory() => new(SHA256.HashData(_memory.Slice(0, _context->Pages * WasmLimits.PageBytes)));

    /// <summary>The hash of everything that can have been written, for tests of what a run leaves behind.</summary>
    internal Hash256 HashAll() => new(SHA256.HashData(_memory.Slice(0, WasmMemory.WritableBytes)));

    /// <summary>Gives the memory back. No function of the instance may be running.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _memory.Dispose();
        WasmPlaces.Free(_places);
        NativeMemory.Free(_context);
        _self.Free();
    }
}
