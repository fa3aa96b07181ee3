using System.Text;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Engine.QuickJs;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>The engine's code as programs load it.</summary>
public sealed class PrecompiledEngineTests : IDisposable
{
    private const long Gas = 3_000_000;

    private static readonly Lazy<byte[]> Saved = new(Save);

    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-engine-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void P21_loaded_code_gives_the_gas_results_and_memory_of_code_compiled_here()
    {
        string[] scripts =
            [.. EngineFiles.Scripts("Programs"), .. EngineFiles.Scripts("Attacks").Where((_, i) => i % 12 == 0)];
        var loaded = QuickJsBinary.Load(Write(Saved.Value));

        var reports = EngineThread.RunBare(
            _ => (Here: EngineReport.Of(scripts, Gas), Loaded: EngineReport.Of(scripts, Gas, loaded)));

        Assert.NotSame(QuickJsBinary.Code, loaded);
        Assert.Equal(scripts.Length, reports.Here.Count(c => c == '\n'));
        Assert.Equal(reports.Here, reports.Loaded);
    }

    [Fact]
    public void The_same_build_writes_the_same_bytes()
    {
        Assert.Equal(Saved.Value, Save());
    }

    [Fact]
    public void Code_of_another_build_of_the_library_is_refused()
    {
        var build = Encoding.Unicode.GetBytes(typeof(PrecompiledEngine).Module.ModuleVersionId.ToString());
        var other = Saved.Value.ToArray();
        var at = other.AsSpan().IndexOf(build);
        Assert.True(at > 0);
        other[at] = other[at] == (byte)'0' ? (byte)'1' : (byte)'0';

        Assert.Throws<BadImageFormatException>(() => QuickJsBinary.Load(Write(other)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void What_is_no_assembly_is_refused(int bytes)
    {
        Assert.Throws<BadImageFormatException>(() => QuickJsBinary.Load(Write(Saved.Value[..bytes])));
    }

    [Fact]
    public void A_process_beside_whose_library_lies_an_assembly_that_it_cannot_use_compiles_for_itself_and_says_why()
    {
        Write("no assembly"u8.ToArray());

        var translated = QuickJsBinary.TranslateBeside(_folder);

        Assert.False(translated.Precompiled);
        Assert.Contains(PrecompiledEngine.FileName, translated.Problem, StringComparison.Ordinal);
        Assert.Equal(QuickJsBinary.Code.Statistics, translated.Code.Statistics);
    }

    [Fact]
    public void A_process_beside_whose_library_the_assembly_of_its_build_lies_uses_it()
    {
        Write(Saved.Value);

        var translated = QuickJsBinary.TranslateBeside(_folder);

        Assert.True(translated.Precompiled);
        Assert.Null(translated.Problem);
    }

    [Fact]
    public void Without_the_assembly_the_process_compiles_for_itself()
    {
        // As tests run: the build puts it beside programs only.
        Assert.False(File.Exists(Path.Combine(AppContext.BaseDirectory, PrecompiledEngine.FileName)));
        Assert.False(PrecompiledEngine.IsUsed);
        Assert.Throws<FileNotFoundException>(() => QuickJsBinary.Load(Path.Combine(_folder, "none.dll")));
    }

    private string Write(byte[] assembly)
    {
        var path = Path.Combine(_folder, PrecompiledEngine.FileName);
        File.WriteAllBytes(path, assembly);
        return path;
    }

    private static byte[] Save()
    {
        using var into = new MemoryStream();
        PrecompiledEngine.Save(into);
        return into.ToArray();
    }
}
