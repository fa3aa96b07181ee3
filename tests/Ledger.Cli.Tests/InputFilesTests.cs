namespace Ledger.Cli.Tests;

public sealed class InputFilesTests
{
    [Fact]
    public void A_file_beyond_its_bound_is_refused_however_long_it_goes_on()
    {
        var error = Assert.Throws<CliException>(() => InputFiles.Read("/dev/zero", 1000, "mapping"));

        Assert.Equal(ExitCodes.Input, error.ExitCode);
        Assert.Contains("a mapping has at most 1000 bytes", error.Message, StringComparison.Ordinal);
    }
}
