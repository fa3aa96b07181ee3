using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Storage.Audit;
using Ledger.Storage.Tests.Support;

namespace Ledger.Storage.Tests.Faults;

public sealed class AuditStoreTests : IDisposable
{
    private static readonly KeyId One = new(Sha256.Instance.Hash("one"u8));
    private static readonly KeyId Two = new(Sha256.Instance.Hash("two"u8));

    private readonly TempDirectory _directory = new();
    private AuditStore _store;

    public AuditStoreTests() => _store = AuditStore.Open(_directory.Path);

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    private static AuditFinding Finding(FindingKind kind, int validator, ulong height, string detail = "as it is") => new(
        kind, new ValidatorIndex(validator), new BlockHeight(height), new Timestamp(1_700_000_000_000), detail,
        new byte[] { 1, 2 }, new byte[] { 3 });

    private void Reopen()
    {
        _store.Dispose();
        _store = AuditStore.Open(_directory.Path);
    }

    [Fact]
    public void Findings_are_there_after_a_restart_one_of_each_kind_validator_and_height()
    {
        Assert.True(_store.TryAdd(Finding(FindingKind.SplitView, 2, 9)));
        Assert.False(_store.TryAdd(Finding(FindingKind.SplitView, 2, 9, "again")));
        Assert.True(_store.TryAdd(Finding(FindingKind.SplitView, 3, 9)));
        Assert.True(_store.TryAdd(Finding(FindingKind.Silent, 2, 9)));

        Reopen();

        var findings = _store.Findings();
        Assert.Equal(3, findings.Count);
        var first = findings[0];
        Assert.Equal(
            (FindingKind.SplitView, 2, 9UL, "as it is"),
            (first.Kind, first.Validator.Value, first.Height.Value, first.Detail));
        Assert.Equal(new byte[] { 1, 2 }, first.Evidence.ToArray());
        Assert.Equal(new byte[] { 3 }, first.Ours.ToArray());
    }

    [Fact]
    public void A_validator_cannot_fill_the_disk_with_findings()
    {
        for (var height = 1UL; height <= AuditStore.MaxForValidator; height++)
            Assert.True(_store.TryAdd(Finding(FindingKind.Silent, 1, height)));

        Assert.False(_store.TryAdd(Finding(FindingKind.Silent, 1, 5000)));
        Assert.True(_store.TryAdd(Finding(FindingKind.Silent, 2, 5000)));
        Assert.True(_store.TryAdd(Finding(FindingKind.Lagging, 1, 5000)));
    }

    [Fact]
    public void Signers_of_a_block_are_all_that_any_certificate_showed()
    {
        Assert.Equal(new BlockHeight(1), _store.NextOf(One));
        _store.NoteSigners(new BlockHeight(1), [[0b0111], [0b0111]], One);
        _store.NoteSigners(new BlockHeight(1), [[0b1110]], Two);

        Reopen();

        Assert.Equal([0b1111], _store.Signers(new BlockHeight(1)));
        Assert.Equal([0b0111], _store.Signers(new BlockHeight(2)));
        Assert.Empty(_store.Signers(new BlockHeight(3)));
        Assert.Equal((new BlockHeight(3), new BlockHeight(2)), (_store.NextOf(One), _store.NextOf(Two)));
    }
}
