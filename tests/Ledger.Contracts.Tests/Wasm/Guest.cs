using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>A compiled module with an instance, for tests.</summary>
internal sealed unsafe class Guest : IDisposable
{
    public const long Plenty = 1L << 50;

    public Guest(ModuleBuilder module, WasmAccess access = WasmAccess.Trapping, int pages = 1, int most = 16)
        : this(module.Build(), access, pages, most)
    {
    }

    public Guest(byte[] binary, WasmAccess access = WasmAccess.Trapping, int pages = 1, int most = 16)
    {
        Code = WasmCode.Compile(Decode(binary), typeof(GuestImports), new WasmCompileOptions(access));
        Instance = new WasmInstance(Code, pages, most, this) { Gas = Plenty, Depth = 1 << 20 };
    }

    public WasmCode Code { get; }

    public WasmInstance Instance { get; }

    public List<long> Seen { get; } = [];

    public Func<int, int>? OnCall { get; set; }

    public static WasmModule Decode(byte[] binary)
    {
        Assert.True(WasmModule.TryDecode(binary, out var module, out var error), error.ToString());
        return module;
    }

    public void Run(string export = "run") =>
        ((delegate*<nint, void>)Instance.Function(export))(Instance.Context);

    public int Call(int argument, string export = "run") =>
        ((delegate*<int, nint, int>)Instance.Function(export))(argument, Instance.Context);

    /// <summary>Why a run trapped, or none.</summary>
    public WasmTrap TrapOf(Action<Guest> run)
    {
        try
        {
            run(this);
            return WasmTrap.None;
        }
        catch (WasmTrapException e)
        {
            return e.Trap;
        }
    }

    /// <summary>The gas that a run takes.</summary>
    public long GasOf(Action<Guest> run)
    {
        Instance.Gas = Plenty;
        run(this);
        return Plenty - Instance.Gas;
    }

    public void Dispose() => Instance.Dispose();
}

/// <summary>What test modules can import, from the module "host".</summary>
public static class GuestImports
{
    [WasmImport("host", "see")]
    public static void See(long value, nint context) => ((Guest)WasmInstance.Of(context).Host).Seen.Add(value);

    [WasmImport("host", "call")]
    public static int Call(int value, nint context) =>
        ((Guest)WasmInstance.Of(context).Host).OnCall?.Invoke(value) ?? value;
}
