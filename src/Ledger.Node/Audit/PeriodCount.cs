using Ledger.Core.Accountability;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Api;
using Ledger.Storage;
using Ledger.Storage.Audit;
using Ledger.Storage.Blocks;

namespace Ledger.Node.Audit;

/// <summary>What one validator did in a period.</summary>
internal sealed class Conduct
{
    public ulong Signed { get; set; }

    public ulong Proposed { get; set; }

    public ulong Faults { get; set; }
}

/// <summary>Counts and checks the blocks of a period, in height order. Not thread-safe.</summary>
internal sealed class PeriodCount(
    LedgerStore store,
    AuditStore audit,
    TransactionRules rules,
    MemberDirectory members,
    Func<Epoch, ValidatorSet?> sets)
{
    // Four roots stand in every header: transactions, results, log, state.
    private const ulong RootsInHeader = 4;
    private const int MaxProblems = 100;

    private readonly AuditTotals _totals = new();
    private readonly List<string> _problems = [];

    // Bounds: types of the catalogue; members; validators of the period's epochs.
    private readonly SortedDictionary<string, ulong> _types = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ulong> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<KeyId, Conduct> _conduct = [];

    private StoredHeader? _last;
    private BlockHeight _first;
    private ulong _blocks;
    private ulong _transactions;
    private ulong _refused;
    private ulong _records;
    private ulong _changes;

    /// <summary>Counts a block that this node has executed.</summary>
    public void Add(BlockHeight height)
    {
        var block = store.Live.Blocks.Block(height)!;
        var header = store.Live.Blocks.Header(height)!;
        if (_blocks == 0) _first = height;
        _blocks++;
        // It is on this disk only because this node computed it, and the certified header, byte for byte.
        _totals.BlocksExecuted++;
        _totals.Roots += RootsInHeader;
        CheckLink(header);
        CheckSigners(header);
        foreach (var (transaction, result) in block.Transactions.Zip(block.Results)) Add(height, transaction, result);
        if (_last is { } below && below.Header.Height.Value > 0 && below.Header.Proposer != header.Header.Proposer)
            _changes++;
        _last = header;
    }

    /// <summary>Counts a proven fault, whenever it was.</summary>
    public void AddFault(ReadOnlyMemory<byte> encoded)
    {
        if (FaultProof.TryDecode(encoded.Span, out var proof, out _)
            && store.Genesis.Suite.TryParsePublicKey(proof.Culprit.Span, out var key))
        {
            ConductOf(key.Id).Faults++;
        }
    }

    /// <summary>What a validator did.</summary>
    public Conduct ConductOf(KeyId validator)
    {
        if (!_conduct.TryGetValue(validator, out var conduct)) _conduct.Add(validator, conduct = new Conduct());
        return conduct;
    }

    /// <summary>Writes the counts down.</summary>
    public void WriteTo(AuditReport report)
    {
        report.Blocks = _blocks;
        report.Transactions = _transactions;
        report.RefusedTransactions = _refused;
        report.Records = _records;
        report.ChangesOfProposer = _changes;
        report.Totals = _totals;
        report.Problems.AddRange(_problems);
        report.RecordsByType.AddRange(_types.Select(p => new NamedCount { Name = p.Key, Count = p.Value }));
        report.RecordsByMember.AddRange(_members.Select(p => new NamedCount { Name = p.Key, Count = p.Value }));
        if (_last is not { } last || _blocks == 0) return;
        report.FirstHeight = _first.Value;
        report.LastHeight = last.Header.Height.Value;
        report.LastHeaderHash = ApiBytes.Of(last.Hash);
    }

    private void CheckLink(StoredHeader header)
    {
        var below = _last ?? store.Live.Blocks.Header(new BlockHeight(header.Header.Height.Value - 1))!;
        _last ??= below;
        if (header.Header.Previous == below.Hash) _totals.HeadersLinked++;
        else Problem($"block {header.Header.Height} does not name the block below it");
    }

    private void CheckSigners(StoredHeader header)
    {
        var height = header.Header.Height;
        var set = sets(header.Header.Epoch)!;
        ConductOf(set[header.Header.Proposer].Key.Id).Proposed++;
        var noted = audit.Signers(height);
        var certificate = store.Live.Blocks.Certificate(height);
        if (certificate is not null)
        {
            var fault = certificate.Verify(header.Hash, set, store.Genesis.Suite);
            if (fault != CertificateFault.None)
            {
                Problem($"the certificate of block {height} does not hold: {fault}");
                return;
            }

            _totals.Certificates++;
            _totals.CertificateSignatures += (ulong)certificate.SignerCount;
        }

        for (var i = 0; i < set.Count; i++)
        {
            var index = new ValidatorIndex(i);
            var isNoted = i >> 3 < noted.Length && (noted[i >> 3] & (1 << (i & 7))) != 0;
            if (isNoted || certificate?.IsSignedBy(index) == true) ConductOf(set[index].Key.Id).Signed++;
        }
    }

    private void Add(BlockHeight height, SignedTransaction transaction, in TransactionResult result)
    {
        _transactions++;
        if (rules.CheckSignature(transaction, members).IsAccepted) _totals.TransactionSignatures++;
        else Problem($"the signature of transaction {transaction.Id} in block {height} does not hold");
        if (!result.Succeeded)
        {
            _refused++;
            return;
        }

        if (!rules.TryDecode(transaction.Encoded, out var decoded).IsAccepted || result.LeafCount == 0) return;
        var member = members.Find(transaction.Content.Sender)?.Member.Id ?? "unknown";
        foreach (var (record, _) in decoded!.Body?.Items ?? [])
        {
            _records++;
            _types[record.Type] = _types.GetValueOrDefault(record.Type) + 1;
            _members[member] = _members.GetValueOrDefault(member) + 1;
        }
    }

    private void Problem(string sentence)
    {
        if (_problems.Count < MaxProblems) _problems.Add(sentence);
    }
}
