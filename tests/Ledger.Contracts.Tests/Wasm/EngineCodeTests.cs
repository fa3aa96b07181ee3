using System.Reflection;
using System.Runtime.InteropServices;
using Ledger.Contracts.Engine.QuickJs;
using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>The script engine's binary, as the JIT compiler sees it.</summary>
public sealed class EngineCodeTests
{
    private static readonly WasmModule Module = Guest.Decode(QuickJsBinary.ReadResource("quickjs.wasm"));

    [Fact]
    public void Every_function_stays_within_what_the_compiler_optimises()
    {
        var largest = Compile(MethodImplAttributes.AggressiveOptimization).Statistics.MaxBy(s => s.Bytes);

        Assert.True(largest.IsOptimised, largest.ToString());
        // The interpreter's loop takes gas in many places, or gas says nothing about time.
        Assert.InRange(largest.Charges, 300, 1000);
    }

    /// <summary>
    /// By its own word; and each frame, as its machine code makes it, takes no more of the stack than the call of the
    /// depth budget.
    /// </summary>
    [Theory]
    [InlineData(MethodImplAttributes.AggressiveOptimization, 2)]
    [InlineData(MethodImplAttributes.NoOptimization, 1)]
    public void The_compiler_does_as_it_is_told_and_frames_are_as_small_as_their_weight(
        MethodImplAttributes flags, int tier)
    {
        using var events = new JitEvents();
        var code = Compile(flags);
        var methods = events.CompileAll(code);

        Assert.All(code.Statistics, s => Assert.Equal(tier, methods[$"f{s.Function}"].Tier));
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return;
        Assert.All(
            code.Statistics,
            s => Assert.InRange(FrameOf(methods[$"f{s.Function}"].Address), 8, WasmDepth.BytesPerUnit * s.Weight));
        Assert.True(code.Statistics.Max(s => FrameOf(methods[$"f{s.Function}"].Address)) > 1000);
    }

    private static WasmCode Compile(MethodImplAttributes flags) =>
        WasmCode.Compile(Module, typeof(QuickJsImports), new WasmCompileOptions(), flags);

    /// <summary>
    /// The return address, what the beginning of the code pushes, and what it takes off the stack pointer.
    /// </summary>
    private static unsafe int FrameOf(nint address)
    {
        var at = (byte*)address;
        var bytes = 8;
        while (true)
        {
            switch (at[0], at[1], at[2])
            {
                // push, of the old registers and the new
                case (>= 0x50 and <= 0x57, _, _):
                    bytes += 8;
                    at++;
                    break;
                case (0x41, >= 0x50 and <= 0x57, _):
                    bytes += 8;
                    at += 2;
                    break;
                // vzeroupper
                case (0xC5, 0xF8, 0x77):
                    at += 3;
                    break;
                // test [rsp - n], eax: a probe
                case (0x85, 0x84, 0x24):
                    at += 7;
                    break;
                // sub rsp, n
                case (0x48, 0x83, 0xEC):
                    return bytes + at[3];
                case (0x48, 0x81, 0xEC):
                    return bytes + *(int*)(at + 3);
                // lea r11, [rsp - n], for frames of several pages
                case (0x4C, 0x8D, 0x9C):
                    return bytes - *(int*)(at + 4);
                default:
                    return bytes;
            }
        }
    }
}
