using System.Security.Cryptography;
using Ledger.Contracts.Engine.QuickJs;
using Ledger.Contracts.Wasm;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Engine;

/// <summary>
/// One instance of the engine's binary with its memory: at any time it holds one run, which began from an image.
/// </summary>
/// <remarks>Not thread-safe; one run at a time. Runs from within a host call use another guest.</remarks>
internal sealed partial class Guest : IScriptMeter, IDisposable
{
    /// <summary>The last of a run's pages, which are kept for saying what went wrong when all others are used up.</summary>
    private const int ReservePages = 8;

    private readonly WasmInstance _instance;
    private readonly QuickJsExports _exports;
    private GuestHandles _handles = new();
    private IScriptHost? _host;
    private ScriptLimits _limits;
    private int _pageLimit;
    private bool _growthRefused;

    public Guest(WasmCode code)
    {
        _instance = new WasmInstance(code, InitialPages, ScriptLimits.MaxMemoryPages, this);
        _exports = new QuickJsExports(_instance);
    }

    /// <summary>Pages of a new memory: the engine's stack and data.</summary>
    public const int InitialPages = 82;

    /// <inheritdoc/>
    public long GasLeft => Math.Max(0, _instance.Gas);

    /// <inheritdoc/>
    public long DepthLeft => Math.Max(0, _instance.Depth);

    /// <summary>The run's time.</summary>
    public ulong UnixMilliseconds => _limits.UnixMilliseconds;

    /// <summary>The guest that a host function was called by.</summary>
    public static Guest Of(nint context) => (Guest)WasmInstance.Of(context).Host;

    /// <summary>Takes a run's memory back to an image and gives it its limits.</summary>
    public void Begin(WasmImage image, GuestHandles handles, IScriptHost? host, in ScriptLimits limits)
    {
        _instance.Restore(image);
        _handles = handles;
        SetLimits(host, limits);
        if (_instance.Pages > _pageLimit) throw new GuestMemoryException();
    }

    /// <summary>The run is over: nothing of its host is kept.</summary>
    public void End() => _host = null;

    /// <summary>The memory as it is, for runs to begin from.</summary>
    public WasmImage TakeImage() => _instance.TakeImage();

    /// <inheritdoc/>
    public void Charge(long gas) => _instance.Charge(gas);

    /// <summary>The guest asks for a memory of so many bytes.</summary>
    public bool Grow(uint bytes)
    {
        var pages = (int)(((long)bytes + 0xffff) >> 16);
        if (pages <= _instance.Pages) return true;
        if (pages <= _pageLimit && _instance.TryGrow(pages - _instance.Pages)) return true;
        _growthRefused = true;
        return false;
    }

    /// <summary>The hash of the memory up to its last byte that is not zero, for comparisons with other implementations.</summary>
    internal Hash256 HashMemory()
    {
        ReadOnlySpan<byte> memory = _instance.Memory(0, (uint)_instance.Pages << 16);
        return new Hash256(SHA256.HashData(memory.TrimEnd((byte)0)));
    }

    /// <summary>The hash of all that can be written, for tests of what runs leave behind.</summary>
    internal Hash256 HashAll(WasmImage image)
    {
        _instance.Restore(image);
        return _instance.HashAll();
    }

    /// <inheritdoc/>
    public void Dispose() => _instance.Dispose();

    private void SetLimits(IScriptHost? host, in ScriptLimits limits)
    {
        _host = host;
        _limits = limits;
        _instance.Gas = limits.Gas;
        _instance.Depth = limits.Depth;
        _pageLimit = limits.MemoryPages - ReservePages;
        _growthRefused = false;
    }

    private int Tag(int value) => _instance.ReadInt32(Address(value) + QuickJsValue.TagOffset);

    private static uint Address(int pointer) => unchecked((uint)pointer);
}
