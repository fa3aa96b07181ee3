using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;

namespace Ledger.Benchmarks.Small;

/// <summary>Fingerprints of a data set. One operation is one MiB, so MiB a second are the inverse of the time.</summary>
public class FingerprintBenchmarks
{
    private const int Mebibytes = 4;

    private readonly byte[] _secret = new byte[FingerprintBuilder.SecretSize];
    private byte[] _data = [];

    [Params(FingerprintRule.Csv, FingerprintRule.Lines, FingerprintRule.Chunks)]
    public FingerprintRule Rule { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        // Rows of some 60 bytes, as a vehicle's telemetry has them.
        var text = new StringBuilder("vehicle,time,speed,latitude,longitude,note\n");
        for (var i = 0; text.Length < Mebibytes << 20; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"vehicle-{i % 97},2026-01-01T00:{i / 60 % 60:D2}:{i % 60:D2}Z,")
                .Append(CultureInfo.InvariantCulture, $"{i % 120},39.{i % 10000:D4},116.{i % 9999:D4},ok\n");
        }

        text.Length = Mebibytes << 20;
        _data = Encoding.ASCII.GetBytes(text.ToString());
    }

    [Benchmark(OperationsPerInvoke = Mebibytes)]
    public Fingerprint? PerMebibyte()
    {
        var parameters = Rule switch
        {
            FingerprintRule.Csv => FingerprintParameters.Csv(),
            FingerprintRule.Lines => FingerprintParameters.Lines(),
            _ => FingerprintParameters.Chunks(),
        };
        var builder = new FingerprintBuilder(Sha256.Instance, parameters, _secret);
        if (builder.Push(_data) != FingerprintFault.None || builder.Complete(out var fingerprint) != FingerprintFault.None)
            throw new InvalidOperationException("the sample has a fault");
        return fingerprint;
    }
}
