using Ledger.Core.Blocks;
using Ledger.Core.Cbor;
using Ledger.Core.Cose;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;
using Ledger.Core.Tests.Receipts;
using Ledger.Testing.Builders;

namespace Ledger.Core.Tests.Portable;

/// <summary>
/// Receipts in the forms of other standards, and ways of breaking them. The names of the cases are those of
/// docs/spec/vectors/portable-receipts.json.
/// </summary>
internal static class PortableForge
{
    private static readonly string[] Latest = ["org-e", "org-f", "org-a", "org-g"];

    public sealed record Case(string Name, byte[] File, ReceiptFault Fault);

    public static Genesis Genesis => ReceiptForge.Genesis;

    /// <summary>What a member of the channel states, anchored in epoch 0.</summary>
    public static ScittStatement Statement { get; } = ScittStatement.Sign(
        A.ClientSigner("org-b"), "org-b", "order-1", "text/plain", "\u5408\u540c contract"u8.ToArray());

    public static TestChain StatementChain { get; } = MakeStatementChain();

    public static ScittStatement Transparent { get; } = Statement.With(
        Attested(StatementChain.Receipt(1), AttestationForm.Cose, "org-a", "org-b", "org-c"));

    public static AttestedReceipt Cose { get; } = Attested(ReceiptForge.Good, AttestationForm.Cose, Latest[..3]);

    public static AttestedReceipt Note { get; } = Attested(ReceiptForge.Good, AttestationForm.Note, Latest[..3]);

    public static IReadOnlyList<Case> Valid { get; } =
    [
        new("cose: in epoch 0", CoseReceipts.Encode(Attested(
            ReceiptForge.Chain.Receipt(0, 1), AttestationForm.Cose, "org-a", "org-b", "org-c")), ReceiptFault.None),
        new("cose: in epoch 2, after two epoch changes", CoseReceipts.Encode(Cose), ReceiptFault.None),
        new("cose: of all validators", CoseReceipts.Encode(Attested(ReceiptForge.Good, AttestationForm.Cose, Latest)),
            ReceiptFault.None),
        new("tlog: in epoch 0", TlogProof.Write(Attested(
            ReceiptForge.Chain.Receipt(0, 1), AttestationForm.Note, "org-b", "org-d", "org-c")), ReceiptFault.None),
        new("tlog: in epoch 2, after two epoch changes", TlogProof.Write(Note), ReceiptFault.None),
        new("tlog: with a stranger's signature beside the quorum",
            [.. TlogProof.Write(Note), .. "\u2014 witness.example/w1 jWbPPwAAAABkGFDLEZMHwQ==\n"u8], ReceiptFault.None),
        new("statement: with its payload", Transparent.Encode(), ReceiptFault.None),
    ];

    public static IReadOnlyList<Case> Broken { get; } = [.. BrokenFiles(), .. BrokenProofs(), .. BrokenStatements()];

    /// <summary>A receipt whose header these members' validators attest.</summary>
    public static AttestedReceipt Attested(Receipt receipt, AttestationForm form, params IReadOnlyList<string> members) =>
        AttestedReceipt.Of(receipt, form, [.. members.Select(m => Attest(receipt.HeaderBytes, form, m))]);

    public static HeaderAttestation Attest(ReadOnlyMemory<byte> headerBytes, AttestationForm form, string member)
    {
        Assert.True(BlockHeader.TryDecode(headerBytes.Span, out var header, out _));
        var signer = A.ValidatorSigner(member);
        var digest = AttestationDigest.Of(form, signer.PublicKey.Id, header, headerBytes);
        return new HeaderAttestation(
            signer.PublicKey.Id, Assert.IsAssignableFrom<IDigestSigner>(signer).SignDigest(digest.AsSpan()));
    }

    private static TestChain MakeStatementChain()
    {
        var chain = new TestChain(Genesis);
        // The first block's transaction is of the second member.
        chain.Add(A.Record("order-0"), A.Record("order-1") with { Digests = [Statement.Digest] });
        return chain;
    }

    private static IEnumerable<Case> BrokenFiles()
    {
        var cose = CoseReceipts.Encode(Cose);
        var tlog = TlogProof.Write(Note);
        yield return new("cose: a byte after the receipts", [.. cose, 0], ReceiptFault.Malformed);
        yield return new("cose: truncated", cose[..^1], ReceiptFault.Malformed);
        yield return new("cose: no receipts", [0x80], ReceiptFault.Malformed);
        yield return new("cose: one validator's receipt twice",
            CoseReceipts.Encode(Cose with { Attestations = [.. Cose.Attestations, Cose.Attestations[0]] }),
            ReceiptFault.Malformed);
        yield return new("cose: the tag left out", Edit(cose, v => CborValue.Array(v.Items.Select(
            r => CborValue.Of(r.Bytes[1..])))), ReceiptFault.Malformed);
        yield return new(
            "cose: another algorithm", WithProtected(CoseLabels.Algorithm, CborValue.Of(-7)), ReceiptFault.Malformed);
        yield return new("cose: another data structure", WithProtected(CoseLabels.DataStructure, CborValue.Of(2)),
            ReceiptFault.Malformed);
        yield return new("cose: a parameter nobody knows", WithProtected(99, CborValue.Null), ReceiptFault.Malformed);
        yield return new("cose: another issuer",
            WithProtected(CoseLabels.CwtClaims, CborValue.Map((CborValue.Of(1), CborValue.Of("ledger:x")))),
            ReceiptFault.Malformed);
        yield return new("cose: the payload attached", WithPayload(), ReceiptFault.Malformed);
        yield return new("tlog: no newline at the end", tlog[..^1], ReceiptFault.Malformed);
        yield return new("tlog: another version", Replace(tlog, "proof@v1", "proof@v2"), ReceiptFault.Malformed);
        yield return new("tlog: a zero before the index", Replace(tlog, "index 4", "index 04"), ReceiptFault.Malformed);
        yield return new("tlog: the size changed", Replace(tlog, "\n6\n", "\n7\n"), ReceiptFault.Malformed);
        yield return new("tlog: a carriage return", Replace(tlog, "\nindex", "\r\nindex"), ReceiptFault.Malformed);
        yield return new("tlog: one signature twice",
            TlogProof.Write(Note with { Attestations = [.. Note.Attestations, Note.Attestations[0]] }),
            ReceiptFault.Malformed);
        yield return new("tlog: no signatures", TlogProof.Write(Note with { Attestations = [] }), ReceiptFault.Malformed);
    }

    private static IEnumerable<Case> BrokenProofs()
    {
        foreach (var (form, good) in new[] { ("cose", Cose), ("tlog", Note) })
        {
            var last = good.Attestations[^1];
            var flipped = last.Signature.ToArray();
            flipped[10] ^= 1;
            var early = ReceiptForge.Chain.Receipt(0, 1);
            yield return Break(form, "another leaf of the log", good with { LeafBytes = ReceiptForge.Chain.Leaves[2] },
                ReceiptFault.InclusionInvalid);
            yield return Break(form, "another index", good with { Index = new LogIndex(5) }, ReceiptFault.InclusionInvalid);
            yield return Break(form, "a path too short", good with { Path = [.. good.Path.SkipLast(1)] },
                ReceiptFault.InclusionInvalid);
            yield return Break(form, "no epoch changes", good with { EpochChanges = [] }, ReceiptFault.EpochChangeMissing);
            yield return Break(form, "an epoch change without its quorum",
                good with
                {
                    EpochChanges =
                    [
                        good.EpochChanges[0] with { CertificateBytes = Cut(good.EpochChanges[0]) }, good.EpochChanges[1],
                    ],
                },
                ReceiptFault.CertificateBelowQuorum);
            yield return Break(form, "of a channel that is not this one", Elsewhere(good.Form), ReceiptFault.WrongChannel);
            yield return Break(form, "below quorum", good with { Attestations = [.. good.Attestations.SkipLast(1)] },
                ReceiptFault.CertificateBelowQuorum);
            yield return Break(form, "a bit of a signature changed",
                good with { Attestations = [.. good.Attestations.SkipLast(1), last with { Signature = flipped }] },
                ReceiptFault.CertificateSignatureInvalid);
            yield return Break(form, "a signature over another header",
                good with
                {
                    Attestations = [.. good.Attestations.SkipLast(1), Attest(early.HeaderBytes, good.Form, "org-a")],
                },
                ReceiptFault.CertificateSignatureInvalid);
            yield return Break(form, "a validator of an earlier epoch", Attested(
                ReceiptForge.Good, good.Form, "org-e", "org-f", "org-b"), ReceiptFault.CertificateForeignValidator);
            yield return Break(form, "signatures in the other form",
                good with { Attestations = good.Form == AttestationForm.Cose ? Note.Attestations : Cose.Attestations },
                ReceiptFault.CertificateSignatureInvalid);
            yield return Break(form, "checkpoint signatures of consensus",
                good with { Attestations = Checkpoints(good) }, ReceiptFault.CertificateSignatureInvalid);
        }
    }

    private static IEnumerable<Case> BrokenStatements()
    {
        var other = ScittStatement.Sign(A.ClientSigner("org-b"), "org-b", "order-1", "text/plain", "other"u8.ToArray());
        var receipts = Transparent.Receipts!;
        yield return new("statement: without receipts", Statement.Encode(), ReceiptFault.Malformed);
        yield return new("statement: one that was not anchored", other.With(receipts).Encode(), ReceiptFault.LeafMalformed);
        yield return new("statement: receipts of another record",
            Statement.With(Attested(StatementChain.Receipt(0), AttestationForm.Cose, "org-a", "org-b", "org-c")).Encode(),
            ReceiptFault.LeafMalformed);
        yield return new("statement: receipts below quorum",
            Statement.With(receipts with { Attestations = [.. receipts.Attestations.Skip(1)] }).Encode(),
            ReceiptFault.CertificateBelowQuorum);
        foreach (var (name, signer, issuer, subject, fault) in new[]
        {
            ("of another issuer than the sender", "org-b", "org-a", "order-1", ReceiptFault.LeafMalformed),
            ("on another subject", "org-b", "org-b", "order-2", ReceiptFault.LeafMalformed),
            ("signed with another member's key", "org-a", "org-b", "order-1", ReceiptFault.CertificateSignatureInvalid),
        })
        {
            var statement = ScittStatement.Sign(A.ClientSigner(signer), issuer, subject, "text/plain", "x"u8.ToArray());
            var chain = new TestChain(Genesis);
            chain.Add(A.Record("order-1") with { Digests = [statement.Digest] });
            yield return new($"statement: {name}", statement.With(
                Attested(chain.Receipt(0), AttestationForm.Cose, "org-a", "org-b", "org-c")).Encode(), fault);
        }
    }

    private static Case Break(string form, string name, AttestedReceipt receipt, ReceiptFault fault) => new(
        $"{form}: {name}",
        receipt.Form == AttestationForm.Cose ? CoseReceipts.Encode(receipt) : TlogProof.Write(receipt), fault);

    private static byte[] Edit(byte[] file, Func<CborValue, CborValue> edit)
    {
        Assert.True(CborValue.TryDecode(file, out var value, out _));
        return edit(value).Encode();
    }

    private static byte[] EditFirst(Func<CoseSign1, CoseSign1> edit) => Edit(
        CoseReceipts.Encode(Cose),
        value => CborValue.Array(value.Items.Select((item, place) =>
        {
            if (place > 0) return item;
            Assert.True(CoseSign1.TryDecode(item.Bytes, CborLimits.Default, out var message, out var error), error);
            return CborValue.Of(edit(message).Encode());
        })));

    // Signed anew, so that only the layout is wrong.
    private static byte[] WithProtected(long label, CborValue value) => EditFirst(message =>
    {
        var entries = message.Protected.Entries.Where(e => !e.Key.TryGetInt64(out var k) || k != label)
            .Select(e => (e.Key, e.Value)).Append((CborValue.Of(label), value));
        var header = CborValue.Map(entries);
        Assert.True(BlockHeader.TryDecode(Cose.HeaderBytes.Span, out var block, out _));
        var signature = Assert.IsAssignableFrom<IDigestSigner>(A.ValidatorSigner("org-e")).SignDigest(
            CoseSign1.Digest(header.Encode(), block.LogRoot.ToArray()).AsSpan());
        return CoseSign1.Create(header, message.Unprotected, null, signature);
    });

    private static byte[] WithPayload() => EditFirst(message =>
    {
        Assert.True(BlockHeader.TryDecode(Cose.HeaderBytes.Span, out var block, out _));
        return CoseSign1.Create(message.Protected, message.Unprotected, block.LogRoot.ToArray(), message.Signature);
    });

    private static byte[] Cut(EpochChange change) =>
        A.Certificate(change.HeaderBytes.Span, Genesis.Validators, 2).Encode();

    private static AttestedReceipt Elsewhere(AttestationForm form)
    {
        var chain = new TestChain(A.Genesis(channel: "other"));
        chain.Add(A.Record());
        return Attested(chain.Receipt(0), form, "org-a", "org-b", "org-c");
    }

    private static HeaderAttestation[] Checkpoints(AttestedReceipt receipt) =>
    [
        .. receipt.Attestations.Select((a, place) => a with
        {
            Signature = A.ValidatorSigner(Latest[place]).Sign(
                DomainTag.Checkpoint, BlockHeader.HashOf(receipt.HeaderBytes.Span, A.Suite.Hash).AsSpan()),
        }),
    ];

    private static byte[] Replace(byte[] text, string from, string to) =>
        System.Text.Encoding.UTF8.GetBytes(
            System.Text.Encoding.UTF8.GetString(text).Replace(from, to, StringComparison.Ordinal));
}
