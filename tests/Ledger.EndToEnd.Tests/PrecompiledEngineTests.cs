using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Ledger.Contracts.Engine;
using Ledger.EndToEnd.Tests.Harness;

namespace Ledger.EndToEnd.Tests;

/// <summary>
/// The contract engine's code that the build puts beside programs (ADR 0029), as it does beside these tests.
/// </summary>
public sealed class PrecompiledEngineTests
{
    private static readonly string Built = Path.Combine(AppContext.BaseDirectory, PrecompiledEngine.FileName);

    [Fact]
    public void The_code_that_the_build_puts_beside_the_library_is_of_that_very_build_and_used()
    {
        Assert.Null(PrecompiledEngine.Problem);
        Assert.True(PrecompiledEngine.IsUsed);
    }

    [Fact]
    public void It_is_machine_code_where_there_is_a_compiler_of_it()
    {
        using var image = new PEReader(File.OpenRead(Built));

        var compiled = OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64;
        Assert.Equal(compiled, image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }

    [Fact]
    public void The_programs_under_test_have_the_same()
    {
        Assert.Equal(File.ReadAllBytes(Built), File.ReadAllBytes(Programs.PathOf(PrecompiledEngine.FileName)));
    }
}
