using Google.Protobuf;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Merkle;
using Ledger.Core.Receipts;
using Ledger.Core.State;
using Ledger.Core.Transactions;
using Ledger.Testing.Builders;
using Wire = Ledger.Core.Formats.V1;

namespace Ledger.Core.Tests.Formats;

/// <summary>
/// The same values through our encoders and through protoc's: field numbers, types and order must agree.
/// </summary>
public sealed class FormatOracleTests
{
    private static readonly Hash256 One = Sha256.Instance.Hash("one"u8);
    private static readonly Hash256 Two = Sha256.Instance.Hash("two"u8);

    [Fact]
    public void A_signed_transaction_agrees()
    {
        var genesis = A.Genesis();
        var ours = A.Transaction(genesis, "org-b", A.FullRecord());
        var payload = new Wire.Transaction
        {
            Channel = Bytes(genesis.Channel.Value),
            Sender = Bytes(A.ClientSigner("org-b").PublicKey.Id.Value),
            Kind = 1,
            ValidUntil = A.Start.UnixMilliseconds + 3_600_000,
            Body = new Wire.EvidenceBody { Records = { WireRecord() } }.ToByteString(),
        };
        var theirs = new Wire.SignedTransaction
        {
            Payload = payload.ToByteString(), Signature = Bytes(ours.Signature.Span),
        };

        Assert.Equal(theirs.ToByteArray(), ours.Encoded.ToArray());
    }

    [Fact]
    public void A_record_with_every_kind_of_attribute_agrees() =>
        Assert.Equal(WireRecord().ToByteArray(), A.FullRecord().Encode());

    [Theory]
    [InlineData(Refusal.None, 0, 0)]
    [InlineData(Refusal.PoolFull, ulong.MaxValue, uint.MaxValue)]
    public void A_transaction_result_agrees(Refusal refusal, ulong first, uint count)
    {
        var theirs = new Wire.TransactionResult
        {
            TransactionId = Bytes(One), Refusal = (uint)refusal, FirstLeaf = first, LeafCount = count,
        };

        Assert.Equal(theirs.ToByteArray(), new TransactionResult(One, refusal, new LogIndex(first), count).Encode());
    }

    [Fact]
    public void A_leaf_agrees()
    {
        var ours = new EvidenceLeaf
        {
            RecordBytes = A.Record().Encode(),
            Id = new EvidenceId(One, 12),
            Sender = new KeyId(Two),
            Member = "医院",
            SubjectSequence = 300,
            Previous = One,
            Time = A.Start,
        };
        var theirs = new Wire.EvidenceLeaf
        {
            Record = Bytes(ours.RecordBytes.Span),
            TransactionId = Bytes(One),
            RecordIndex = 12,
            Sender = Bytes(Two),
            Member = "医院",
            SubjectSequence = 300,
            Previous = Bytes(One),
            Time = A.Start.UnixMilliseconds,
        };

        Assert.Equal(theirs.ToByteArray(), ours.Encode());
    }

    [Fact]
    public void A_co_signed_leaf_and_body_agree()
    {
        var signature = new byte[64];
        signature[0] = 7;
        var ours = new EvidenceLeaf
        {
            RecordBytes = A.Record().Encode(),
            Id = new EvidenceId(One, 0),
            Sender = new KeyId(Two),
            Member = "org-a",
            SubjectSequence = 1,
            Previous = null,
            Time = A.Start,
            CoSigners = [new CoSigner("org-b", new KeyId(One)), new CoSigner("保险", new KeyId(Two))],
        };
        var theirs = new Wire.EvidenceLeaf
        {
            Record = Bytes(ours.RecordBytes.Span),
            TransactionId = Bytes(One),
            Sender = Bytes(Two),
            Member = "org-a",
            SubjectSequence = 1,
            Time = A.Start.UnixMilliseconds,
            CoSigners =
            {
                new Wire.CoSigner { Member = "org-b", Key = Bytes(One) },
                new Wire.CoSigner { Member = "保险", Key = Bytes(Two) },
            },
        };
        var body = new Wire.EvidenceBody
        {
            Records = { Wire.EvidenceRecord.Parser.ParseFrom(ours.RecordBytes.Span) },
            CoSignatures =
            {
                new Wire.CoSignature
                {
                    Member = "org-b", Key = Bytes(One), Signature = Google.Protobuf.ByteString.CopyFrom(signature),
                },
            },
        };

        Assert.Equal(theirs.ToByteArray(), ours.Encode());
        Assert.True(EvidenceLeaf.TryDecode(ours.Encode(), out var again, out _, out _));
        Assert.Equal(ours.CoSigners, again.CoSigners);
        Assert.Equal(
            body.ToByteArray(),
            EvidenceBody.Encode([ours.RecordBytes], [new CoSignature("org-b", new KeyId(One), signature)]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_header_agrees(bool endsEpoch)
    {
        var ours = A.Header(A.Genesis(), 1 << 20) with
        {
            Previous = One,
            TransactionCount = 1000,
            LogSize = 1UL << 40,
            Epoch = new Epoch(9),
            Proposer = new ValidatorIndex(255),
            NextValidators = endsEpoch ? Two : null,
        };
        var theirs = new Wire.BlockHeader
        {
            Version = 1,
            Channel = Bytes(ours.Channel.Value),
            Height = 1 << 20,
            Previous = Bytes(One),
            Time = ours.Time.UnixMilliseconds,
            TransactionCount = 1000,
            TransactionRoot = Bytes(ours.TransactionRoot),
            ResultRoot = Bytes(ours.ResultRoot),
            LogSize = 1UL << 40,
            LogRoot = Bytes(ours.LogRoot),
            StateRoot = Bytes(ours.StateRoot),
            Epoch = 9,
            Proposer = 255,
            NextValidators = endsEpoch ? Bytes(Two) : ByteString.Empty,
        };

        Assert.Equal(theirs.ToByteArray(), ours.Encode());
    }

    [Fact]
    public void A_timeline_head_agrees()
    {
        var theirs = new Wire.TimelineHead { Sequence = 7, LeafHash = Bytes(One), Index = 8 };

        Assert.Equal(theirs.ToByteArray(), new TimelineHead(7, One, new LogIndex(8)).Encode());
    }

    [Fact]
    public void A_state_proof_agrees()
    {
        var theirs = new Wire.StateProof
        {
            Depth = 3,
            Occupied = Bytes([0b1010_0000]),
            Siblings = Bytes([.. One.AsSpan(), .. Two.AsSpan()]),
            TerminalPath = Bytes(Two),
            TerminalValue = Bytes(One),
        };

        Assert.Equal(theirs.ToByteArray(), new StateProof([One, Hash256.Zero, Two], new StateLeaf(Two, One)).ToArray());
    }

    [Fact]
    public void A_certificate_agrees()
    {
        var set = A.ValidatorSet(0, A.Members(10));
        int[] signers = [0, 1, 3, 4, 7, 8, 9];
        var signatures = signers.SelectMany(i =>
            A.ValidatorSigner(set[new ValidatorIndex(i)].Member).Sign(DomainTag.Checkpoint, One.AsSpan()));
        var theirs = new Wire.QuorumCertificate
        {
            HeaderHash = Bytes(One),
            Signers = Bytes([0b1001_1011, 0b0000_0011]),
            Signatures = Bytes([.. signatures]),
        };

        Assert.Equal(theirs.ToByteArray(), A.Certificate(One, set, signers).Encode());
    }

    [Fact]
    public void A_genesis_document_agrees()
    {
        var ours = A.Genesis();
        var parameters = ours.Parameters;
        var theirs = new Wire.Genesis
        {
            Version = 1,
            Consortium = ours.Consortium,
            Channel = ours.ChannelName,
            Suite = "secp256k1-sha256",
            Created = ours.Created.UnixMilliseconds,
            Parameters = new Wire.ChannelParameters
            {
                MaxTransactionBytes = parameters.MaxTransactionBytes,
                MaxBlockTransactions = parameters.MaxBlockTransactions,
                MaxBlockBytes = parameters.MaxBlockBytes,
                MaxTransactionLifetimeMs = parameters.MaxTransactionLifetimeMilliseconds,
                MaxClockDriftMs = parameters.MaxClockDriftMilliseconds,
                Window = parameters.Window,
                RequestTimeoutMs = parameters.RequestTimeoutMilliseconds,
                MaxViewChangeTimeoutMs = parameters.MaxViewChangeTimeoutMilliseconds,
            },
            Validators = new Wire.ValidatorSet(),
        };
        foreach (var validator in ours.Validators.Validators)
        {
            theirs.Validators.Validators.Add(new Wire.Validator
            {
                Member = validator.Member, Key = Bytes(validator.Key.Encoded), Address = validator.Address,
            });
        }

        foreach (var member in ours.Members)
        {
            theirs.Members.Add(new Wire.Member
            {
                Id = member.Id,
                Name = member.Name,
                Roles = { member.Roles },
                Keys = { member.Keys.Select(k => new Wire.MemberKey { Key = Bytes(k.Key.Encoded), Label = k.Label }) },
            });
        }

        Assert.Equal(theirs.ToByteArray(), ours.Encoded.ToArray());
    }

    [Fact]
    public void A_receipt_agrees()
    {
        var change = new EpochChange(new byte[] { 1 }, new byte[] { 2, 3 }, new byte[] { 4 });
        var ours = new Receipt
        {
            LeafBytes = new byte[] { 5 },
            Index = new LogIndex(1UL << 61),
            Path = [One, Hash256.Zero, Two],
            HeaderBytes = new byte[] { 6 },
            CertificateBytes = new byte[] { 7 },
            EpochChanges = [change, change],
        };
        var wireChange = new Wire.EpochChange
        {
            Header = Bytes([1]), Certificate = Bytes([2, 3]), Validators = Bytes([4]),
        };
        var theirs = new Wire.Receipt
        {
            Version = 1,
            Leaf = Bytes([5]),
            LogIndex = 1UL << 61,
            Path = { Bytes(One), Bytes(Hash256.Zero), Bytes(Two) },
            Header = Bytes([6]),
            Certificate = Bytes([7]),
            EpochChanges = { wireChange, wireChange },
        };

        Assert.Equal(theirs.ToByteArray(), ours.Encode());
        Assert.True(Receipt.TryDecode(theirs.ToByteArray(), out var decoded, out _));
        Assert.Equal(ours, decoded);
    }

    [Fact]
    public void A_change_of_validators_and_a_claim_agree()
    {
        var genesis = A.GovernedGenesis(2, 3);
        var added = A.Validator("org-c");
        var ours = A.ApprovedChange(
            genesis, 3, 1, A.Adding(genesis, "org-c"), ValidatorStep.Remove(A.ValidatorSigner("org-a").PublicKey));
        var validator = new Wire.Validator
        {
            Member = "org-c", Key = Bytes(added.Key.Encoded), Address = added.Address,
        };
        var claim = new Wire.ValidatorClaim { Channel = Bytes(genesis.Channel.Value), Validator = validator };
        var signed = A.ValidatorSigner("org-c").Sign(DomainTag.ValidatorClaim, claim.ToByteArray());
        var change = new Wire.ValidatorChange { Channel = Bytes(genesis.Channel.Value), Epoch = 3 };
        change.Steps.Add(new Wire.ValidatorStep { NewValidator = validator, Claim = Bytes(signed) });
        change.Steps.Add(new Wire.ValidatorStep { OldKey = Bytes(A.ValidatorSigner("org-a").PublicKey.Encoded) });
        var admin = A.AdminSigner("org-a");
        var theirs = new Wire.ValidatorChangeBody { Change = change.ToByteString() };
        theirs.Approvals.Add(new Wire.ChangeApproval
        {
            Key = Bytes(admin.PublicKey.Id.Value),
            Signature = Bytes(admin.Sign(DomainTag.ValidatorChange, change.ToByteArray())),
        });

        Assert.Equal(claim.ToByteArray(), ValidatorClaim.SignedBytes(genesis.Channel, added));
        Assert.Equal(theirs.ToByteArray(), ours.Encode());
    }

    private static Wire.EvidenceRecord WireRecord()
    {
        var record = new Wire.EvidenceRecord
        {
            Type = "trade.payment",
            Subject = "order-1",
            Actor = "cashier",
            Action = "pay",
            Role = "platform",
            OccurredAt = A.Start.UnixMilliseconds,
        };
        record.Digests.Add(new Wire.EvidenceDigest { Algorithm = "sm3", Value = Bytes([9]) });
        record.Digests.Add(new Wire.EvidenceDigest
        {
            Algorithm = "sha-256", Value = Bytes(Sha256.Instance.Hash("invoice"u8)), MediaType = "application/pdf",
        });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "a-bytes", Binary = Bytes([1, 0, 255]) });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "b-no-bytes", Binary = ByteString.Empty });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "c-true", Boolean = true });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "d-false", Boolean = false });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "e-decimal", Decimal = "-12.5" });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "f-low", Integer = long.MinValue });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "g-zero", Integer = 0 });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "h-high", Integer = long.MaxValue });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "i-text", Text = "估值 €" });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "j-no-text", Text = "" });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "k-time", Time = A.Start.UnixMilliseconds });
        record.Attributes.Add(new Wire.EvidenceAttribute { Key = "l-no-time", Time = 0 });
        record.Links.Add(new Wire.EvidenceId { TransactionId = Bytes(Hash256.Zero) });
        record.Links.Add(new Wire.EvidenceId { TransactionId = Bytes(Hash256.Zero), RecordIndex = 999 });
        return record;
    }

    private static ByteString Bytes(Hash256 hash) => ByteString.CopyFrom(hash.AsSpan());

    private static ByteString Bytes(ReadOnlySpan<byte> bytes) => ByteString.CopyFrom(bytes);
}
