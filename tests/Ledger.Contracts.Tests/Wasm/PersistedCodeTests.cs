using Ledger.Contracts.Wasm;
using Op = Ledger.Contracts.Wasm.WasmOperator;

namespace Ledger.Contracts.Tests.Wasm;

public sealed class PersistedCodeTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("ledger-wasm-").FullName, "code.dll");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void The_same_module_gives_the_same_bytes()
    {
        Assert.Equal(Save(Module(1), new()), Save(Module(1), new()));
        Assert.NotEqual(Save(Module(1), new()), Save(Module(2), new()));
        Assert.NotEqual(Save(Module(1), new()), Save(Module(1), new(WasmAccess.Trapping)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public unsafe void Loaded_code_does_what_compiled_code_does(bool aheadOfTime)
    {
        for (var seed = 8_000_000; seed < 8_000_005; seed++)
        {
            var binary = RandomProgram.Build(seed, canonical: false, stray: false);
            var module = Guest.Decode(binary);
            File.WriteAllBytes(_path, Save(module, new(), aheadOfTime));
            using var guest = new Guest(binary, WasmAccess.Wrapping, pages: 1, most: 4);
            var trap = guest.TrapOf(g => g.RunProgram());

            var code = WasmCode.Load(module, new(), Copy(seed));
            using var loaded = new WasmInstance(code, 1, 4, guest) { Gas = Guest.Plenty, Depth = 1 << 20 };
            var loadedTrap = guest.TrapOf(
                _ => ((delegate*<int, long, nint, int>)loaded.Function("run"))(7, 0, loaded.Context));

            Assert.Equal(
                (trap, guest.Instance.Gas, guest.Instance.HashMemory()), (loadedTrap, loaded.Gas, loaded.HashMemory()));
            Assert.Empty(code.Statistics);
        }
    }

    [Fact]
    public void Code_of_another_module_or_of_other_options_is_refused()
    {
        File.WriteAllBytes(_path, Save(Module(1), new()));

        Assert.Throws<BadImageFormatException>(() => WasmCode.Load(Module(2), new(), _path));
        Assert.Throws<BadImageFormatException>(() => WasmCode.Load(Module(1), new(WasmAccess.Trapping), _path));
        Assert.Equal(Module(1).FunctionCount, WasmCode.Load(Module(1), new(), _path).Module.FunctionCount);
    }

    // A file that is loaded stays in use.
    private string Copy(int number)
    {
        var copy = $"{_path}.{number}.dll";
        File.Copy(_path, copy);
        return copy;
    }

    private static WasmModule Module(int constant) => Guest.Decode(new ModuleBuilder()
        .Function(
            "run", [WasmValueType.I32], [WasmValueType.I32], [], c => c.Get(0).I32(constant).Op(Op.I32Add))
        .Build());

    private static byte[] Save(WasmModule module, WasmCompileOptions options, bool aheadOfTime = false)
    {
        using var into = new MemoryStream();
        WasmCode.Save(module, typeof(GuestImports), options, into, aheadOfTime);
        return into.ToArray();
    }
}
