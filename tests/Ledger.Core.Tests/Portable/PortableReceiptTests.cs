using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Core.Blocks;
using Ledger.Core.Cbor;
using Ledger.Core.Cose;
using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.Core.Tests.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Portable;

public sealed class PortableReceiptTests
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    public static TheoryData<string> Names => [.. All.Select(c => c.Name)];

    private static IEnumerable<PortableForge.Case> All => PortableForge.Valid.Concat(PortableForge.Broken);

    [Theory]
    [MemberData(nameof(Names))]
    public void P24_every_file_gets_its_verdict(string name)
    {
        var file = All.Single(c => c.Name == name);

        var fault = AnyReceipt.TryRead(file.File, out var receipt, out var error)
            ? receipt.Verify(PortableForge.Genesis).Fault
            : ReceiptFault.Malformed;

        Assert.Equal(file.Fault, fault);
        if (receipt is null) Assert.NotEmpty(error!);
    }

    [Fact]
    public void The_vector_file_is_what_this_implementation_makes()
    {
        var vectors = new JsonObject
        {
            ["spec"] = new JsonArray("docs/spec/cose-receipt.md", "docs/spec/tlog-proof.md", "docs/spec/scitt.md"),
            ["genesis"] = "genesis.json",
            ["files"] = new JsonArray([.. All.Select(c => (JsonNode)new JsonObject
            {
                ["case"] = c.Name,
                ["fault"] = SpecVectors.Reason(c.Fault),
                ["file"] = Convert.ToHexStringLower(c.File),
            })]),
        };

        SpecFile.AssertCurrent("vectors/portable-receipts.json", vectors.ToJsonString(Layout) + "\n");
    }

    [Fact]
    public void What_is_read_is_written_again_byte_for_byte()
    {
        Assert.True(CoseReceipts.TryDecode(CoseReceipts.Encode(PortableForge.Cose), out var cose, out var error), error);
        Assert.True(TlogProof.TryParse(TlogProof.Write(PortableForge.Note), out var note, out error), error);
        Assert.True(ScittStatement.TryDecode(PortableForge.Transparent.Encode(), out var statement, out error), error);

        Assert.Equal(PortableForge.Cose, cose);
        Assert.Equal(PortableForge.Note, note);
        Assert.Equal(PortableForge.Transparent.Encode(), statement.Encode());
        Assert.Equal("\u5408\u540c contract"u8.ToArray(), statement.Payload.ToArray());
    }

    [Fact]
    public void A_valid_file_proves_the_same_in_every_form()
    {
        var plain = ReceiptVerifier.Verify(ReceiptForge.Good, PortableForge.Genesis);
        var cose = AttestedReceiptVerifier.Verify(PortableForge.Cose, PortableForge.Genesis);
        var note = AttestedReceiptVerifier.Verify(PortableForge.Note, PortableForge.Genesis);

        Assert.True(plain.IsValid);
        Assert.Equal(plain.Detail, cose.Detail);
        Assert.Equal(plain.Detail, note.Detail);
        Assert.Equal(plain.Content.LeafHash, cose.Content!.LeafHash);
        Assert.Equal(plain.Content.HeaderHash, note.Content!.HeaderHash);
    }

    [Fact]
    public void P24_no_bit_of_a_file_can_be_changed_unnoticed()
    {
        foreach (var file in new[]
        {
            CoseReceipts.Encode(PortableForge.Cose), TlogProof.Write(PortableForge.Note), PortableForge.Transparent.Encode(),
        })
        {
            for (var i = 0; i < file.Length; i++)
            {
                var mutated = (byte[])file.Clone();
                mutated[i] ^= (byte)(1 << (i % 8));
                if (!AnyReceipt.TryRead(mutated, out var receipt, out _)) continue;
                Assert.False(receipt.Verify(PortableForge.Genesis).IsValid, $"byte {i} of {file.Length}");
            }
        }
    }

    [Fact]
    public void What_a_validator_signs_in_one_form_is_never_what_it_signs_in_another()
    {
        Assert.True(BlockHeader.TryDecode(PortableForge.Cose.HeaderBytes.Span, out var header, out _));
        var key = A.ValidatorSigner("org-e").PublicKey.Id;
        var cose = CoseSign1.SigStructure(
            CoseReceipts.ProtectedHeader(key, header, PortableForge.Cose.HeaderBytes).Encode(), header.LogRoot.ToArray());
        var note = System.Text.Encoding.UTF8.GetBytes(
            Checkpoint.CosignedText(header, PortableForge.Cose.HeaderBytes.Span));

        // Tags are ASCII from "ledger/" on and end in a zero byte, which neither of the two can begin with.
        Assert.Equal("846a5369676e617475726531", Convert.ToHexStringLower(cose.AsSpan(0, 12)));
        Assert.StartsWith("cosignature/v1\n", System.Text.Encoding.UTF8.GetString(note), StringComparison.Ordinal);
        Assert.All(
            typeof(DomainTag).GetProperties().Where(p => p.PropertyType == typeof(DomainTag)),
            p => Assert.StartsWith("ledger/", ((DomainTag)p.GetValue(null)!).Name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_receipt_with_a_leaf_alone_in_the_log_has_an_empty_path()
    {
        var chain = new TestChain(PortableForge.Genesis);
        chain.Add(A.Record());
        var receipt = PortableForge.Attested(chain.Receipt(0), AttestationForm.Cose, "org-a", "org-b", "org-c");

        Assert.Empty(receipt.Path);
        Assert.True(AnyReceipt.TryRead(CoseReceipts.Encode(receipt), out var read, out var error), error);
        Assert.True(read.Verify(PortableForge.Genesis).IsValid);
    }

    [Fact]
    public void A_statement_over_a_hash_states_what_has_that_hash()
    {
        var hash = Sha256.Instance.Hash("what is stated"u8);
        var statement = ScittStatement.SignHash(A.ClientSigner("org-b"), "org-b", "order-1", "text/plain", hash);

        Assert.True(ScittStatement.TryDecode(statement.Encode(), out var read, out var error), error);
        Assert.True(read.IsHashEnvelope);
        Assert.Equal("text/plain", read.ContentType);
        Assert.True(read.States("what is stated"u8));
        Assert.False(read.States("what is not"u8));
        Assert.True(PortableForge.Statement.States("\u5408\u540c contract"u8));
        Assert.False(PortableForge.Statement.States("\u5408\u540c"u8));
    }

    [Fact]
    public void A_checkpoint_of_its_own_is_read_and_checked()
    {
        var checkpoint = new Checkpoint
        {
            HeaderBytes = PortableForge.Note.HeaderBytes, Attestations = PortableForge.Note.Attestations,
        };

        Assert.True(Checkpoint.TryParse(
            System.Text.Encoding.UTF8.GetBytes(checkpoint.Write()), out var read, out var error), error);
        Assert.Null(AttestedReceiptVerifier.FindFault(
            AttestationForm.Note, read.HeaderBytes, PortableForge.Note.EpochChanges, read.Attestations,
            PortableForge.Genesis));
        Assert.Equal(checkpoint.Write(), read.Write());
    }

    [Fact]
    public void Receipts_of_consistency_show_that_an_earlier_log_is_a_prefix()
    {
        var chain = ReceiptForge.Chain;
        var earlier = HeaderOf(chain.Receipt(0, 1));
        var later = HeaderOf(ReceiptForge.Good);
        var receipts = new CoseConsistency
        {
            From = earlier.LogSize,
            Path = LogProofs.Consistency(A.Suite.Hash, earlier.LogSize, later.LogSize, chain),
            HeaderBytes = ReceiptForge.Good.HeaderBytes,
            Attestations = PortableForge.Cose.Attestations,
            EpochChanges = ReceiptForge.Good.EpochChanges,
        };

        Assert.True(CoseConsistency.TryDecode(receipts.Encode(), out var read, out var error), error);
        Assert.True(read.Verify(earlier.LogRoot, PortableForge.Genesis).IsValid);
        var refused = read.Verify(later.LogRoot, PortableForge.Genesis);
        Assert.False(refused.IsValid);
        Assert.Equal(ReceiptFault.InclusionInvalid, refused.Fault);
        Assert.Equal(
            ReceiptFault.InclusionInvalid,
            (read with { Path = [.. read.Path.SkipLast(1)] }).Verify(earlier.LogRoot, PortableForge.Genesis).Fault);
        Assert.Equal(
            ReceiptFault.CertificateBelowQuorum,
            (read with { Attestations = [.. read.Attestations.Skip(1)] })
                .Verify(earlier.LogRoot, PortableForge.Genesis).Fault);
        Assert.False(CoseReceipts.TryDecode(receipts.Encode(), out _, out _));
        Assert.False(CoseConsistency.TryDecode(CoseReceipts.Encode(PortableForge.Cose), out _, out _));
    }

    private static BlockHeader HeaderOf(Receipt receipt)
    {
        Assert.True(BlockHeader.TryDecode(receipt.HeaderBytes.Span, out var header, out _));
        return header;
    }

    [Fact]
    public void P5_files_without_sense_are_refused()
    {
        var random = new Prng(11);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = random.Bytes(1 + random.Below(80));
            bytes[0] = (byte)(round % 3 == 0 ? 0x83 : round % 3 == 1 ? 0xd2 : 'c');
            Assert.False(AnyReceipt.TryRead(bytes, out _, out var error));
            Assert.NotEmpty(error);
        }

        Assert.False(CborValue.TryDecode(CoseReceipts.Encode(PortableForge.Cose), new CborLimits(64, 8, 4), out _, out _));
    }
}
