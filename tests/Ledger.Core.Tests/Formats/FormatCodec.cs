using Google.Protobuf;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
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
/// One format: a sample, the hand-written codec as "decode and encode again" (null when refused), and protoc's parser
/// for the same message.
/// </summary>
internal sealed record FormatCodec(string Name, byte[] Sample, Func<byte[], byte[]?> Recode, MessageParser Oracle)
{
    private static readonly Hash256 One = Sha256.Instance.Hash("one"u8);
    private static readonly TestChain Chain = MakeChain();

    private static TransactionResult ContractResult(ContractStatus status) => new(
        One, Refusal.ContractFailed, default, 0,
        new ContractOutcome { Status = status, Code = "SOLD_OUT", GasUsed = 7 }.Encode());

    public static IReadOnlyList<FormatCodec> All { get; } =
    [
        new(
            nameof(Wire.SignedTransaction),
            A.Transaction(A.Genesis(), "org-a").Encoded.ToArray(),
            RecodeSigned,
            Wire.SignedTransaction.Parser),
        new(
            nameof(Wire.Transaction),
            A.Transaction(A.Genesis(), "org-a").Content.Encode(),
            bytes => Transaction.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.Transaction.Parser),
        new(
            nameof(Wire.TransactionResult),
            new TransactionResult(A.Header(A.Genesis()).LogRoot, Refusal.Expired, new LogIndex(300), 2).Encode(),
            bytes => TransactionResult.TryDecode(bytes, out var value, out _) ? value.Value.Encode() : null,
            Wire.TransactionResult.Parser),
        new(
            "TransactionResult of a contract",
            ContractResult(ContractStatus.Failed).Encode(),
            bytes => TransactionResult.TryDecode(bytes, out var value, out _) ? value.Value.Encode() : null,
            Wire.TransactionResult.Parser),
        new(
            nameof(Wire.ResultReceipt),
            new ResultReceipt
            {
                ResultBytes = ContractResult(ContractStatus.Failed).Encode(),
                Position = 1,
                Count = 3,
                Path = [One, One],
                HeaderBytes = A.Header(A.Genesis()).Encode(),
                CertificateBytes = A.Certificate(A.Header(A.Genesis()).Encode(), A.Genesis().Validators).Encode(),
            }.Encode(),
            bytes => ResultReceipt.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.ResultReceipt.Parser),
        new(
            nameof(Wire.ContractParameters),
            A.Genesis(
                contracts: new ContractParameters { Engine = One },
                parameters: new ChannelParameters
                {
                    Reading = new ReadingParameters { Roles = ["auditor", "regulator"] },
                }).Encoded.ToArray(),
            bytes => Genesis.TryDecode(bytes, out var value, out _) ? value.Encoded.ToArray() : null,
            Wire.Genesis.Parser),
        new(
            nameof(Wire.EvidenceBody),
            EvidenceBody.Encode([A.Record(), A.Record("vehicle-7")]),
            bytes => EvidenceBody.TryDecode(bytes, out var value, out _)
                ? EvidenceBody.Encode(value.Items.Select(i => i.Record))
                : null,
            Wire.EvidenceBody.Parser),
        new(
            nameof(Wire.EvidenceRecord),
            A.FullRecord().Encode(),
            bytes => EvidenceRecord.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.EvidenceRecord.Parser),
        new(
            nameof(Wire.EvidenceLeaf),
            Chain.Leaves[1],
            bytes => EvidenceLeaf.TryDecode(bytes, out var value, out _, out _) ? value.Encode() : null,
            Wire.EvidenceLeaf.Parser),
        new(
            nameof(Wire.BlockHeader),
            Chain.Blocks[1].HeaderBytes.ToArray(),
            bytes => BlockHeader.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.BlockHeader.Parser),
        new(
            nameof(Wire.TimelineHead),
            new TimelineHead(7, A.Header(A.Genesis()).LogRoot, new LogIndex(1UL << 40)).Encode(),
            bytes => TimelineHead.TryDecode(bytes, out var value, out _) ? value.Value.Encode() : null,
            Wire.TimelineHead.Parser),
        new(
            nameof(Wire.StateProof),
            new StateProof([One, Hash256.Zero, One], new StateLeaf(One, Hash256.Zero)).ToArray(),
            bytes => StateProof.TryDecode(bytes, out var value, out _) ? value.ToArray() : null,
            Wire.StateProof.Parser),
        new(
            nameof(Wire.QuorumCertificate),
            Chain.Blocks[0].Certificate.Encode(),
            bytes => QuorumCertificate.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.QuorumCertificate.Parser),
        new(
            nameof(Wire.ValidatorSet),
            A.ValidatorSet(3, "org-a", "org-b").Encoded.ToArray(),
            bytes => ValidatorSet.TryDecode(bytes, A.Suite, out var value, out _) ? value.Encoded.ToArray() : null,
            Wire.ValidatorSet.Parser),
        new(
            nameof(Wire.Member),
            A.Member("org-a").Encode(),
            bytes => Member.TryDecode(bytes, A.Suite, out var value, out _) ? value.Encode() : null,
            Wire.Member.Parser),
        new(
            nameof(Wire.Genesis),
            A.Genesis(1).Encoded.ToArray(),
            bytes => Genesis.TryDecode(bytes, out var value, out _) ? value.Encoded.ToArray() : null,
            Wire.Genesis.Parser),
        new(
            nameof(Wire.ValidatorChangeBody),
            GovernanceSample().Encode(),
            bytes => ValidatorChangeBody.TryDecode(bytes, A.Suite, out var value, out _) ? value.Encode() : null,
            Wire.ValidatorChangeBody.Parser),
        new(
            nameof(Wire.ValidatorChange),
            GovernanceSample().Change.Encoded.ToArray(),
            bytes => ValidatorChange.TryDecode(bytes, A.Suite, out var value, out _) ? value.Encoded.ToArray() : null,
            Wire.ValidatorChange.Parser),
        new(
            nameof(Wire.Observer),
            WithObserver().Encoded.ToArray(),
            bytes => Genesis.TryDecode(bytes, out var value, out _) ? value.Encoded.ToArray() : null,
            Wire.Genesis.Parser),
        new(
            nameof(Wire.FaultProof),
            MakeFault().Encode(),
            bytes => FaultProof.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.FaultProof.Parser),
        new(
            nameof(Wire.Receipt),
            Chain.Receipt(2).Encode(),
            bytes => Receipt.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.Receipt.Parser),
        new(
            nameof(Wire.ContractRecord),
            new ContractRecord
            {
                Name = "usage-control",
                Version = 3,
                Owner = "org-a",
                State = ContractState.Frozen,
                Engine = One,
                SourceHash = Hash256.Zero,
                SchemaHash = One,
                ImageHash = One,
                Height = new BlockHeight(300),
                BuiltAt = new Timestamp(1_700_000_000_000),
                BuildPages = 256,
            }.Encode(),
            bytes => ContractRecord.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.ContractRecord.Parser),
        new(
            nameof(Wire.ContractVersion),
            new ContractVersion("export {}"u8.ToArray(), "{}"u8.ToArray()).Encode(),
            bytes => ContractVersion.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.ContractVersion.Parser),
        new(
            nameof(Wire.ScheduledCall),
            new ScheduledCall { Contract = "settlement", Function = "settle", Every = "P1M", AtMinute = 120, OnDay = 28 }
                .Encode(),
            bytes => ScheduledCall.TryDecode(bytes, out var value, out _) ? value.Encode() : null,
            Wire.ScheduledCall.Parser),
    ];

    public static FormatCodec Named(string name) => All.Single(f => f.Name == name);

    public override string ToString() => Name;

    private static byte[]? RecodeSigned(byte[] bytes)
    {
        if (!SignedTransaction.TryDecode(bytes, Sha256.Instance, out var value, out _)) return null;
        var writer = new CanonicalWriter();
        writer.Bytes(1, value.Content.Encode());
        writer.Bytes(2, value.Signature.Span);
        return writer.ToArray();
    }

    private static ValidatorChangeBody GovernanceSample()
    {
        var genesis = A.GovernedGenesis(2, 3);
        var moved = A.Validator("org-b") with { Address = "[::1]:7000" };
        return A.ApprovedChange(
            genesis,
            3,
            2,
            A.Adding(genesis, "org-c"),
            ValidatorStep.Remove(A.ValidatorSigner("org-a").PublicKey),
            ValidatorStep.Replace(moved.Key, moved, A.ClaimOf(genesis, moved, A.ValidatorSigner("org-b"))));
    }

    private static Genesis WithObserver()
    {
        var plain = A.Genesis(1);
        return new Genesis(
            plain.Consortium, plain.ChannelName, plain.Suite, plain.Created, plain.Parameters, plain.Validators,
            plain.Members, [new Observer("org-a", A.Signer("observer").PublicKey, "audit:1")]);
    }

    private static FaultProof MakeFault()
    {
        var receipt = Chain.Receipt(2);
        var statement = new SignedStatement(receipt.HeaderBytes, new byte[64]);
        return CheckpointFaults.Create(
            A.Genesis().Channel, new Epoch(1), A.Signer("x").PublicKey, statement, statement, receipt.EpochChanges);
    }

    private static TestChain MakeChain()
    {
        var chain = new TestChain(A.Genesis());
        chain.Add(A.Record(), A.Record());
        chain.EndEpoch(A.ValidatorSet(1, "org-a", "org-b"));
        chain.Add(A.Record(), A.Record());
        return chain;
    }
}
