using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Fingerprints;
using static Ledger.Contracts.Tests.Runtime.LifecycleTests;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;
using A = Ledger.Testing.Builders.A;

namespace Ledger.Contracts.Tests.Runtime;

[Collection(SharedEngineTests.Name)]
public sealed class EvidenceTests(ContractThread thread)
{
    private const string Payment = """
        {"type":"trade.payment","subject":"order-1","action":"pay","role":"platform","occurredAt":1767225600000,
         "digests":[{"algorithm":"sha-256","value":"00ff","mediaType":"application/pdf"}],
         "attributes":{"amount":{"decimal":"34.5"},"currency":"CNY","final":true,"x-n":7,"x-t":{"time":5},
           "x-b":{"bytes":"0a"},"x-i":{"integer":"9007199254740993"}}}
        """;

    [Fact]
    public void A_record_that_a_contract_appends_is_evidence_when_the_call_returned()
    {
        using var chain = Chain();

        var outcome = Run(chain, $$"""{"do":"append","record":{{Payment}} },{"do":"append","record":{{Payment}} }""", "ops");

        var id = Sha256.Instance.Hash("transaction 3"u8);
        Assert.Equal($"""["{id}","{id}.1"]""", Value(outcome));
        Assert.Equal(2, chain.Ledger.Leaves.Count);
        var record = chain.Ledger.Leaves[1].Record;
        Assert.Equal(("contract/p", "platform"), (record.Actor, record.Role));
        Assert.Equal(2UL, chain.Ledger.Leaves[1].Leaf.SubjectSequence);
        Assert.Equal("34.5", record.Attribute("amount")!.AsText);
        Assert.Equal(9_007_199_254_740_993, record.Attribute("x-i")!.AsInteger);

        // What it reads back is what it wrote, with a place in the log.
        var entry = JsonNode.Parse(Value(Run(chain, $$"""{"do":"evidence","id":"{{id}}"}""")))![0]!;
        Assert.Equal((0, 1, "ops"), ((int)entry["index"]!, (int)entry["sequence"]!, (string?)entry["member"]));
        Assert.Equal(
            """
            amount={"decimal":"34.5"} currency={"text":"CNY"} final={"boolean":true} x-b={"bytes":"0a"}
            x-i={"integer":"9007199254740993"} x-n={"integer":7} x-t={"time":5}
            """.ReplaceLineEndings(" "),
            string.Join(' ', entry["record"]!["attributes"]!.AsObject().Select(a => $"{a.Key}={a.Value!.ToJsonString()}")));
    }

    [Fact]
    public void A_call_that_fails_appends_nothing()
    {
        using var chain = Chain();

        Ended(ContractStatus.Failed, "NO",
            Run(chain, $$"""{"do":"append","record":{{Payment}} },{"do":"fail","code":"NO"}""", "ops"));
        var caught = Run(
            chain,
            $$"""{"do":"tryCall","contract":"q","steps":[{"do":"append","record":{{Payment}} },{"do":"fail","code":"NO"}]}""",
            "ops");

        Assert.Equal("""["NO"]""", Value(caught));
        Assert.Empty(caught.Records);
        Assert.Empty(chain.Ledger.Leaves);
    }

    [Fact]
    public void The_role_is_held_by_the_sender_or_by_the_owner()
    {
        using var chain = Chain();

        // The owner, ops, is a platform; alice is a provider; nobody here is a regulator.
        Value(Run(chain, $$"""{"do":"append","record":{{Payment}} }"""));
        var asProvider = Payment.Replace("\"platform\"", "\"provider\"", StringComparison.Ordinal);
        Value(Run(chain, $$"""{"do":"append","record":{{asProvider}} }"""));
        Assert.Equal("NOT_ALLOWED", Run(chain, $$"""{"do":"append","record":{{asProvider}} }""", "bob").Code);
    }

    [Fact]
    public void A_record_that_breaks_a_rule_is_refused_with_the_rule()
    {
        using var chain = Chain();

        void Expect(string message, string from, string to)
        {
            var record = Payment.Replace(from, to, StringComparison.Ordinal);
            Assert.NotEqual(Payment, record);
            var outcome = Run(chain, $$"""{"do":"append","record":{{record}} }""", "ops");
            Assert.Equal("INVALID_RECORD", outcome.Code);
            Assert.Contains(message, outcome.Message, StringComparison.Ordinal);
        }

        Expect("there is no evidence type 'trade.gift'", "trade.payment", "trade.gift");
        Expect("needs the attribute 'currency'", "\"currency\":\"CNY\",", "");
        Expect("action is 'gift'", "\"pay\"", "\"gift\"");
        Expect("/actor: is not known here", "\"action\"", "\"actor\":\"me\",\"action\"");
        Expect("/subject: must be a text", "\"order-1\"", "7");
        Expect("/digests/0/value: must be hexadecimal", "00ff", "0g");
        Expect("/attributes/amount: must be", "{\"decimal\":\"34.5\"}", "{\"decimal\":\"34.50\"}");
        Expect("/attributes/x-n: must be", ":7", ":[7]");
        Expect("/occurredAt: must be milliseconds", "1767225600000", "\"now\"");
    }

    [Fact]
    public void Timelines_and_digests_are_read_in_pages_oldest_first()
    {
        using var chain = Chain();
        for (var i = 0; i < 7; i++) Anchor(chain, A.Record() with { Actor = "n" + i });
        var digest = Convert.ToHexStringLower(Sha256.Instance.Hash("invoice"u8).AsSpan());

        string Actors(string step) => string.Join(' ', JsonNode.Parse(Value(Run(chain, step)))![0]!.AsArray()
            .Select(e => (string?)e!["record"]!["actor"]));

        Assert.Equal("n0 n1 n2 n3 n4", Actors("""{"do":"timeline","subject":"order-1","limit":5}"""));
        Assert.Equal("n5 n6", Actors("""{"do":"timeline","subject":"order-1","after":5}"""));
        Assert.Equal("", Actors("""{"do":"timeline","subject":"order-2"}"""));
        Assert.Equal("n0 n1 n2 n3 n4 n5", Actors($$"""{"do":"byDigest","value":"{{digest}}","limit":6}"""));
        Assert.Equal("n6", Actors($$"""{"do":"byDigest","value":"{{digest}}","from":6}"""));
        Assert.Equal("[null]", Value(Run(chain, $$"""{"do":"evidence","id":"{{new string('0', 64)}}"}""")));
        foreach (var step in new[]
        {
            """{"do":"evidence","id":"x"}""", """{"do":"byDigest","value":"xyz"}""", """{"do":"timeline","limit":5}""",
            """{"do":"timeline","subject":"order-1","limit":101}""",
        })
        {
            Ended(ContractStatus.Failed, "INVALID_ARGUMENT", Run(chain, step));
        }
    }

    [Fact]
    public void A_disclosure_is_checked_against_what_was_anchored()
    {
        using var chain = Chain();
        var (fingerprint, disclosure) = Disclose("t,v\n1,10\n2,20\n3,30\n4,40\n");
        var anchored = Anchor(chain, new EvidenceRecord
        {
            Type = "fingerprint.data",
            Subject = "vehicle-7",
            Actor = "collector",
            Action = "anchor",
            Role = "provider",
            Digests = [new EvidenceDigest("ledger-fingerprint/1", fingerprint.Digest(Sha256.Instance).ToArray())],
        });

        JsonNode Verify(string json, string options = "{}") => JsonNode.Parse(Value(
            Run(chain, $$"""{"do":"verify","disclosure":{{json}},"options":{{options}} }""")))![0]!;

        var valid = Verify(disclosure);
        Assert.Equal((true, "Valid"), ((bool)valid["valid"]!, (string?)valid["code"]));
        Assert.Equal((1, 4), ((int)valid["first"]!, (int)valid["total"]!));
        Assert.Equal("""["2,20","3,30"]""", valid["records"]!.ToJsonString());
        Assert.Equal("t,v", (string?)valid["header"]);
        var evidence = valid["evidence"]!;
        Assert.Equal(
            (anchored, "vehicle-7", "alice"),
            ((string?)evidence["id"], (string?)evidence["subject"], (string?)evidence["member"]));
        Assert.True((bool)Verify(disclosure, $$"""{"evidence":"{{anchored}}","subject":"vehicle-7"}""")["valid"]!);

        var forged = disclosure.Replace(
            Convert.ToBase64String("2,20"u8), Convert.ToBase64String("2,99"u8), StringComparison.Ordinal);
        Assert.Equal(("RecordMismatch", 1), ((string?)Verify(forged)["code"], (int)Verify(forged)["record"]!));
        Assert.Equal("null", Verify(forged)["records"]?.ToJsonString() ?? "null");
        Assert.Equal("Malformed", (string?)Verify("""{"format":"x"}""")["code"]);
        Assert.Equal("NotAnchored", (string?)Verify(Disclose("t,v\n1,10\n2,20\n3,30\n").Json)["code"]);
        Assert.Equal("NotAnchored", (string?)Verify(disclosure, """{"subject":"vehicle-8"}""")["code"]);
        Assert.Equal("NotAnchored", (string?)Verify(disclosure, $$"""{"evidence":"{{new string('0', 64)}}"}""")["code"]);
        Ended(ContractStatus.Failed, "INVALID_ARGUMENT",
            Run(chain, $$"""{"do":"verify","disclosure":{{disclosure}},"options":{"evidence":"x"} }"""));
    }

    private ContractChain Chain()
    {
        var chain = new ContractChain(thread);
        Value(chain.Deploy("p", Sources.Program));
        chain.Deploy("q", Sources.Program);
        return chain;
    }

    private static ContractOutcome Run(ContractChain chain, string steps, string by = "alice") =>
        chain.Call(by, "p", "run", $"[{steps}]");

    private static string Anchor(ContractChain chain, EvidenceRecord record)
    {
        var id = new EvidenceId(
            Sha256.Instance.Hash(Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"anchor {chain.Ledger.Leaves.Count}"))), 0);
        chain.Ledger.Append(record.Encode(), id, "alice", chain.Ledger.Member("alice")!.Keys[0].Key.Id);
        return id.ToString();
    }

    // Records 1 and 2 of a data set.
    private static (Fingerprint Fingerprint, string Json) Disclose(string csv)
    {
        var data = Encoding.UTF8.GetBytes(csv);
        var secret = new byte[FingerprintBuilder.SecretSize];
        var builder = new FingerprintBuilder(Sha256.Instance, FingerprintParameters.Csv(), secret);
        Assert.Equal(FingerprintFault.None, builder.Push(data));
        Assert.Equal(FingerprintFault.None, builder.Complete(out var fingerprint));
        var disclosing = new DisclosureBuilder(Sha256.Instance, fingerprint!, secret, 1, 2);
        Assert.Equal(FingerprintFault.None, disclosing.Push(data));
        Assert.Equal(FingerprintFault.None, disclosing.Complete(out var disclosure));
        return (fingerprint!, Encoding.UTF8.GetString(FingerprintJson.Write(disclosure!)));
    }
}
