using System.Runtime.InteropServices;

namespace Ledger.Contracts.Wasm;

/// <summary>
/// The state of an instance that compiled code works on. Lies outside the managed heap, never in guest memory; its
/// address is the last argument of every compiled function and import. The globals follow it, eight bytes each.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WasmContext
{
    /// <summary>Gas left; below zero after what runs between two checks took more.</summary>
    public long Gas;

    /// <summary>Call depth left.</summary>
    public long Depth;

    /// <summary>Where guest memory begins.</summary>
    public nint Memory;

    /// <summary>Of <see cref="WasmTableEntry"/>.</summary>
    public nint Table;
    public int TableSize;

    /// <summary>Pages of guest memory.</summary>
    public int Pages;

    /// <summary>A GCHandle of the instance.</summary>
    public nint Instance;

    /// <summary>What walks remember, <see cref="WasmPlaces"/>; zero while the memory is not large.</summary>
    public nint Places;

    /// <summary>The first of the globals.</summary>
    public long Globals;
}

/// <summary>An entry of the table. An empty one has type -1.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WasmTableEntry
{
    public nint Function;

    /// <summary>The canonical type; a native integer, for the sake of alignment.</summary>
    public nint Type;
}
