using System.IO.Compression;

namespace Ledger.Contracts.Tests.Standard;

/// <summary>Real input data where it lies beside the repository, and the project's own samples everywhere.</summary>
internal static class Inputs
{
    public static string Root { get; } = FindRoot();

    /// <summary>The real approval log, or null.</summary>
    public static string? RealApprovalLog => Existing("../shared/data/RequestForPayment.xes.gz");

    /// <summary>A real driving recording, or null.</summary>
    public static string? RealTrip => Existing("../shared/data/obd-trip-drive10.csv.gz");

    public static string SampleApprovalLog => Path.Combine(Root,
        "tests/Ledger.Testing/Samples/request-for-payment.sample.xes");

    public static string SampleTrip => Path.Combine(Root, "tests/Ledger.Testing/Samples/obd-trip.sample.csv");

    public static Stream Open(string path)
    {
        var file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static string? Existing(string relative)
    {
        var path = Path.GetFullPath(Path.Combine(Root, relative));
        return File.Exists(path) ? path : null;
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ledger.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
