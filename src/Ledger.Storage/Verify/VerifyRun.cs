using Ledger.Core.Crypto;
using Ledger.Core.Merkle;
using Ledger.Storage.Evidence;
using Ledger.Storage.KeyValue;
using Ledger.Storage.Schema;

namespace Ledger.Storage.Verify;

/// <summary>What the checks of one verification share. Not thread-safe.</summary>
internal sealed class VerifyRun(
    StoreContext context, IProgress<VerifyProgress>? progress, CancellationToken cancellation)
{
    private const ulong ReportEvery = 1024;

    // Bound: one entry a finding, see VerifyReport.MaxFindings.
    private readonly List<VerifyFinding> _findings = [];
    private readonly HashSet<(string Family, string Key)> _named = [];

    // Bound: one entry a column family, each of the five below.
    private readonly HashSet<string> _unreadable = [];
    private readonly Dictionary<string, ulong> _found = [];
    private readonly Dictionary<string, ulong> _expected = [];
    private readonly Dictionary<string, ulong> _missing = [];
    private readonly HashSet<string> _uncountable = [];

    public StoreContext Context => context;

    public HashFunction Hash => context.Hash;

    public ReadScope Scope { get; } = new(context, snapshot: null);

    public IReadOnlyList<VerifyFinding> Findings => _findings;

    public bool Truncated { get; private set; }

    /// <summary>Records a problem of a key; a second problem of the same key is not listed.</summary>
    public void Report(ColumnFamily family, ReadOnlySpan<byte> key, ulong? height, string problem)
    {
        var hex = Convert.ToHexStringLower(key);
        if (!_named.Add((family.Name, hex))) return;
        Truncated |= _findings.Count == VerifyReport.MaxFindings;
        if (!Truncated) _findings.Add(new VerifyFinding(family.Name, hex, height, problem));
    }

    /// <summary>Records that a key is not there.</summary>
    public void ReportMissing(ColumnFamily family, ReadOnlySpan<byte> key, ulong? height, string what)
    {
        Report(family, key, height, what + " is missing");
        _missing[family.Name] = _missing.GetValueOrDefault(family.Name) + 1;
    }

    /// <summary>Whether a problem of any key of the family is known.</summary>
    public bool HasFinding(ColumnFamily family) => _findings.Any(f => f.Family == family.Name);

    /// <summary>Whether a problem of this key is known.</summary>
    public bool HasFinding(ColumnFamily family, ReadOnlySpan<byte> key) =>
        _named.Contains((family.Name, Convert.ToHexStringLower(key)));

    /// <summary>Whether every block of the families could be read.</summary>
    public bool CanRead(params ReadOnlySpan<ColumnFamily> families)
    {
        foreach (var family in families)
        {
            if (_unreadable.Contains(family.Name)) return false;
        }

        return true;
    }

    /// <summary>Says that the family must hold this many keys more.</summary>
    public void Expect(ColumnFamily family, ulong count = 1) =>
        _expected[family.Name] = _expected.GetValueOrDefault(family.Name) + count;

    /// <summary>Says that damage elsewhere hides how many keys the family must hold.</summary>
    public void LoseCount(ColumnFamily family) => _uncountable.Add(family.Name);

    /// <summary>Whether the family may hold keys that nothing accounts for.</summary>
    public bool MayHaveSurplus(ColumnFamily family) => _uncountable.Contains(family.Name)
        || _found.GetValueOrDefault(family.Name) + _missing.GetValueOrDefault(family.Name)
            > _expected.GetValueOrDefault(family.Name);

    /// <summary>How many keys the family holds.</summary>
    public ulong Found(ColumnFamily family) => _found.GetValueOrDefault(family.Name);

    /// <summary>Checks that an index entry is there and says what it must.</summary>
    public void CheckEntry(in IndexEntry entry, ulong? height)
    {
        var family = Family(entry.Family);
        if (!CanRead(family)) return;
        Expect(family);
        var value = Scope.Get(family, entry.Key);
        if (value is null)
            ReportMissing(family, entry.Key, height, $"the entry of leaf {LedgerSchema.EntryIndex(entry.Key)}");
        else if (!value.AsSpan().SequenceEqual(entry.Value))
            Report(family, entry.Key, height, "the entry does not name the leaves of its block");
    }

    /// <summary>Checks that a node of the log tree is there and has its children's hash.</summary>
    public void CheckNode(in LogNode node, ulong? height)
    {
        var key = LedgerSchema.LogNodeKey(node.Level, node.Index);
        var stored = Scope.Get(context.LogNodes, key);
        if (stored is null) ReportMissing(context.LogNodes, key, height, "the log node");
        else if (!stored.AsSpan().SequenceEqual(node.Hash.AsSpan()))
            Report(context.LogNodes, key, height, "the log node does not have its children's hash");
    }

    /// <summary>Reads every byte of a family once: RocksDB checks its checksums, and the keys are counted.</summary>
    public void Scan(ColumnFamily family)
    {
        ulong count = 0;
        try
        {
            using var iterator = Scope.Iterate(family, KeyRange.All, fillCache: false);
            for (var more = iterator.SeekToFirst(); more; more = iterator.MoveNext()) Step("reading", ++count, 0);
        }
        catch (StorageException damage) when (damage.Fault == StorageFault.Corruption)
        {
            _unreadable.Add(family.Name);
            Report(family, [], null, damage.Message);
        }

        _found[family.Name] = count;
    }

    /// <summary>Tells the progress, and stops when asked to.</summary>
    public void Step(string stage, ulong done, ulong total)
    {
        if (done % ReportEvery != 0) return;
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new VerifyProgress(stage, done, total));
    }

    /// <summary>A family by name.</summary>
    public ColumnFamily Family(string name) => context.Database.Family(name);

    /// <summary>The value of a mark; null, with a finding, when it is damaged or missing.</summary>
    public byte[]? Mark(ReadOnlySpan<byte> key, string what)
    {
        var stored = Scope.Get(context.Meta, key);
        if (stored is null)
        {
            ReportMissing(context.Meta, key, null, what);
            return null;
        }

        var value = Sealed.Open(key, stored);
        if (value is null) Report(context.Meta, key, null, $"the checksum of {what} is wrong");
        return value;
    }
}
