using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ledger.Core.Crypto;
using Ledger.Core.Fingerprints;
using Xunit.Abstractions;

namespace Ledger.Contracts.Tests.Standard;

/// <summary>
/// A driving recording drives claims: real where one lies beside the repository, the project's own sample elsewhere.
/// All
/// tests of the contract run on the thirty seconds around the hardest braking of the trip.
/// </summary>
public class DrivingClaimTests(ITestOutputHelper output)
{
    private const int Shown = 30;
    private const string Column = "VEHICLE_SPEED ()";

    [Fact]
    public void The_tests_of_claims_pass_on_a_recorded_trip_and_a_forged_row_of_it_is_named()
    {
        var trip = new Trip();
        output.WriteLine($"{trip.Records} records, hardest braking at {trip.Accident}");
        OnContractThread.Run(() =>
        {
            using var runner = StandardContractTests.Runner("claims", StandardContractTests.Folder("claims"),
                trip.File);

            var results = runner.Names().Select(runner.Run).ToList();

            Assert.Empty(results.Where(r => !r.Passed).Select(r => $"{r.Name}: {r.Failure}"));
        });
    }

    [Fact]
    public void The_record_that_was_forged_is_the_one_that_the_refusal_names()
    {
        var trip = new Trip();
        ContractBench.Run(bench =>
        {
            bench.Member("maker", "provider");
            bench.Member("driver", "subject");
            bench.Member("insurer-a", "insurer");
            bench.Member("operator-a", "operator");
            bench.Deploy("operator-a", "claims", new { settlement = "settlement",
                columns = new[] { "VEHICLE_SPEED" } });
            bench.Call("insurer-a", "claims", "issue", new
            {
                policy = "p-1",
                vehicle = "vehicle/9",
                insured = "driver",
                currency = "CNY",
                sumInsured = "100",
                from = 0,
                until = 4_000_000_000_000,
                covers = new[] { new { causes = new[] { "collision" }, deductible = "0", percent = 100,
                    limit = "100" } },
            });
            bench.Anchor("maker", Evidence.Fingerprint("vehicle/9", trip.Digest));
            bench.Call("driver", "claims", "report", new
            {
                claim = "c-1",
                policy = "p-1",
                at = (long)bench.Ledger.Time.UnixMilliseconds - 1000,
                estimate = "50",
                description = "hit from behind",
            });

            var forged = Disclose(bench, trip.File("forged.json")!);
            var genuine = Disclose(bench, trip.File("trip.json")!);

            Assert.Equal(("deny", "RecordMismatch", trip.Forged), (Text(forged, "decision"), Text(forged, "reason"),
                forged.GetProperty("record").GetInt32()));
            Assert.Equal("permit", Text(genuine, "decision"));
            Assert.Equal(
                trip.FastestThousandths.ToString(CultureInfo.InvariantCulture),
                genuine.GetProperty("facts").GetProperty("VEHICLE_SPEED").GetProperty("greatest").GetString());
            Assert.Equal(
                ["mismatch", "match"],
                bench.Ledger.Leaves.Where(l => l.Record.Type == "fingerprint.verification").Select(l =>
                    l.Record.Attribute("outcome")!.AsText));
        });
    }

    private static JsonElement Disclose(ContractBench bench, string disclosure)
    {
        using var document = JsonDocument.Parse(disclosure);
        return bench.Call("maker", "claims", "disclose", new { claim = "c-1", disclosure = document.RootElement });
    }

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetString()!;

    /// <summary>A recording, its fingerprint, and what is disclosed of it.</summary>
    private sealed class Trip
    {
        private readonly byte[] _disclosure;
        private readonly byte[] _forgery;

        public Trip()
        {
            using var stream = Inputs.Open(Inputs.RealTrip ?? Inputs.SampleTrip);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            var data = copy.ToArray();
            var lines = Encoding.UTF8.GetString(data).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var column = Array.IndexOf(lines[0].TrimEnd('\r').Split(','), Column);
            var speeds = lines.Skip(1).Select(l => decimal.Parse(l.Split(',')[column], CultureInfo.InvariantCulture))
                .ToList();
            Records = speeds.Count;
            Accident = Enumerable.Range(5, Records - 10).MaxBy(i => speeds[i - 1] - speeds[i]);
            var first = Math.Clamp(Accident - (Shown / 2), 0, Records - Shown);
            FastestThousandths = (long)(speeds.Skip(first).Take(Shown).Max() * 1000);
            Forged = first + 17;

            var secret = SHA256.HashData("a secret of this test"u8);
            var fingerprint = Compute(data, secret);
            Digest = fingerprint.Digest(Sha256.Instance);
            var disclosure = Show(data, secret, fingerprint, first);
            _disclosure = FingerprintJson.Write(disclosure);
            var records = disclosure.Records.ToArray();
            var cells = Encoding.UTF8.GetString(records[17].Data.Span).Split(',');
            cells[column] = "1.000000";
            records[17] = new SaltedRecord(records[17].Salt, Encoding.UTF8.GetBytes(string.Join(',', cells)));
            _forgery = FingerprintJson.Write(new Disclosure(
                fingerprint, disclosure.FirstIndex, disclosure.Header, records, disclosure.LeafHashes,
                    disclosure.Proof));
        }

        public int Records { get; }

        public int Accident { get; }

        public int Forged { get; }

        public long FastestThousandths { get; }

        public Hash256 Digest { get; }

        public string? File(string name) => name switch
        {
            "trip.json" => Encoding.UTF8.GetString(_disclosure),
            "forged.json" => Encoding.UTF8.GetString(_forgery),
            "trip.digest.json" => $$"""{"digest":"{{Digest}}"}""",
            _ => null,
        };

        private static Fingerprint Compute(byte[] data, byte[] secret)
        {
            var builder = new FingerprintBuilder(Sha256.Instance, FingerprintParameters.Csv((byte)','), secret);
            Assert.Equal(FingerprintFault.None, builder.Push(data));
            Assert.Equal(FingerprintFault.None, builder.Complete(out var fingerprint));
            return fingerprint!;
        }

        private static Disclosure Show(byte[] data, byte[] secret, Fingerprint fingerprint, int first)
        {
            var builder = new DisclosureBuilder(Sha256.Instance, fingerprint, secret, (ulong)first, Shown);
            Assert.Equal(FingerprintFault.None, builder.Push(data));
            Assert.Equal(FingerprintFault.None, builder.Complete(out var disclosure));
            return disclosure!;
        }
    }
}
