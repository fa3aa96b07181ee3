using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Evidence;

/// <summary>Rules and vectors of docs/spec/co-signing.md.</summary>
public sealed class CoSigningTests
{
    private const string File = "vectors/co-signing.json";

    private static readonly Genesis Genesis = A.Genesis();
    private static readonly Genesis Other = A.Genesis(channel: "other");

    private static readonly (string Name, SignedTransaction Transaction)[] Cases =
    [
        ("two parties", A.CoSigned(Genesis, "org-a", ["org-b"])),
        ("three parties and three records", A.CoSigned(
            Genesis, "org-b", ["org-d", "org-a"], records: [A.Record("a"), A.FullRecord(), A.Record("c")])),
        ("a party less than was signed", A.CoSigned(Genesis, "org-a", ["org-b", "org-c"], s => s.Take(1))),
        ("a party more than was signed", A.CoSigned(
            Genesis, "org-a", ["org-b", "org-c"], parties: ["org-a", "org-b"])),
        ("signatures of another channel", Moved(A.CoSigned(Other, "org-a", ["org-b"]))),
        ("signatures until another time", Until(A.CoSigned(Genesis, "org-a", ["org-b"]), 1)),
        ("signatures over another record", WithRecord(A.CoSigned(Genesis, "org-a", ["org-b"]), A.Record("other"))),
        ("a broken signature", A.CoSigned(Genesis, "org-a", ["org-b"], s => [s[0] with { Signature = Flipped(s[0]) }])),
        ("a key of another member", A.CoSigned(
            Genesis, "org-a", ["org-b"], s => [s[0] with { Key = A.ClientSigner("org-c").PublicKey.Id }])),
        ("a stranger's key", A.CoSigned(
            Genesis, "org-a", ["org-b"], s => [s[0] with { Key = A.ClientSigner("org-z").PublicKey.Id }])),
        ("the sender a second time", A.CoSigned(Genesis, "org-a", ["org-a"])),
        ("a member twice", A.CoSigned(Genesis, "org-a", ["org-b"], s => [s[0], s[0]])),
    ];

    private static readonly Dictionary<string, Refusal> Expected = new()
    {
        ["two parties"] = Refusal.None,
        ["three parties and three records"] = Refusal.None,
        ["a party less than was signed"] = Refusal.CoSignatureInvalid,
        ["a party more than was signed"] = Refusal.CoSignatureInvalid,
        ["signatures of another channel"] = Refusal.CoSignatureInvalid,
        ["signatures until another time"] = Refusal.CoSignatureInvalid,
        ["signatures over another record"] = Refusal.CoSignatureInvalid,
        ["a broken signature"] = Refusal.CoSignatureInvalid,
        ["a key of another member"] = Refusal.CoSignerUnknown,
        ["a stranger's key"] = Refusal.CoSignerUnknown,
        ["the sender a second time"] = Refusal.CoSignerUnknown,
        ["a member twice"] = Refusal.Malformed,
    };

    [Fact]
    public void Every_way_to_be_incomplete_is_refused_with_its_reason()
    {
        foreach (var (name, transaction) in Cases) Assert.Equal((name, Expected[name]), (name, VerdictOn(transaction)));
    }

    [Fact]
    public void The_vectors_are_current() => SpecFile.AssertCurrent(File, Generate());

    [Fact]
    public void More_parties_than_a_leaf_can_name_are_too_many()
    {
        var many = Enumerable.Range(0, EvidenceLimits.CoSigners + 1)
            .Select(i => new CoSignature($"org-{i:D2}", A.ClientSigner("org-b").PublicKey.Id, new byte[64]));
        var body = EvidenceBody.Encode([A.Record().Encode()], many);

        Assert.False(EvidenceBody.TryDecode(body, out _, out var verdict));
        Assert.Equal(Refusal.TooLarge, verdict.Refusal);
    }

    [Fact]
    public void A_body_without_co_signatures_has_no_byte_more_and_is_not_checked()
    {
        var transaction = A.Transaction(Genesis, "org-a", A.Record());
        Assert.True(EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _));

        Assert.Equal(EvidenceBody.Encode([A.Record()]), EvidenceBody.Encode([A.Record().Encode()], []));
        Assert.True(CoSigning.Check(
            transaction, body, "org-a", _ => throw new InvalidOperationException("nothing to look up"), A.Suite).IsAccepted);
    }

    [Fact]
    public void The_largest_leaf_fits_its_limit()
    {
        var name = new string('n', EvidenceLimits.IdentifierBytes - 2);
        var leaf = new EvidenceLeaf
        {
            RecordBytes = new byte[EvidenceLimits.RecordBytes],
            Id = new EvidenceId(Hash256.Zero, 999),
            Sender = new KeyId(Hash256.Zero),
            Member = new string('n', EvidenceLimits.IdentifierBytes),
            SubjectSequence = ulong.MaxValue,
            Previous = Hash256.Zero,
            Time = A.Start,
            CoSigners =
            [
                .. Enumerable.Range(0, EvidenceLimits.CoSigners)
                    .Select(i => new CoSigner($"{name}{i:D2}", new KeyId(Hash256.Zero))),
            ],
        };

        Assert.InRange(leaf.Encode().Length, EvidenceLimits.RecordBytes, EvidenceLimits.LeafBytes);
    }

    private static Refusal VerdictOn(SignedTransaction transaction)
    {
        if (!EvidenceBody.TryDecode(transaction.Content.Body, out var body, out var verdict)) return verdict.Refusal;
        (Member, PublicKey)? Find(KeyId key) =>
            Genesis.FindKey(key) is { } found ? (found.Member, found.Key) : null;
        var sender = Find(transaction.Content.Sender)!.Value.Item1.Id;
        return CoSigning.Check(transaction, body, sender, Find, A.Suite).Refusal;
    }

    private static string Generate()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("format", "ledger-vectors/1");
            json.WriteStartArray("members");
            foreach (var member in Genesis.Members)
            {
                json.WriteStartObject();
                json.WriteString("member", member.Id);
                json.WriteString("public_key", Convert.ToHexStringLower(member.Keys[0].Key.Encoded));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("cases");
            foreach (var (name, transaction) in Cases)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("payload", Convert.ToHexStringLower(transaction.Content.Encode()));
                var verdict = VerdictOn(transaction);
                json.WriteString("verdict", verdict == Refusal.None ? "ACCEPTED" : verdict.WireName());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static byte[] Flipped(CoSignature signature)
    {
        var bytes = signature.Signature.ToArray();
        bytes[40] ^= 1;
        return bytes;
    }

    private static SignedTransaction Moved(SignedTransaction transaction) =>
        Changed(transaction, c => c with { Channel = Genesis.Channel });

    private static SignedTransaction Until(SignedTransaction transaction, ulong later) =>
        Changed(transaction, c => c with { ValidUntil = new Timestamp(c.ValidUntil.UnixMilliseconds + later) });

    private static SignedTransaction WithRecord(SignedTransaction transaction, EvidenceRecord record)
    {
        Assert.True(EvidenceBody.TryDecode(transaction.Content.Body, out var body, out _));
        var changed = EvidenceBody.Encode([record.Encode()], body.CoSignatures);
        return Changed(transaction, c => c with { Body = changed });
    }

    private static SignedTransaction Changed(SignedTransaction transaction, Func<Transaction, Transaction> change) =>
        SignedTransaction.Create(change(transaction.Content), A.ClientSigner("org-a"), A.Suite);
}
