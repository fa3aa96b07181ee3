using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Tests.Support;
using Ledger.Testing.Builders;

namespace Ledger.Node.Tests.Execution;

/// <summary>Co-signed records from admission to the leaf in the database.</summary>
public sealed class CoSigningTests : IDisposable
{
    private readonly TestLedger _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_record_that_all_parties_signed_is_admitted_and_its_leaf_names_them()
    {
        var transaction = A.CoSigned(
            _ledger.Genesis, "org-b", ["org-c", "org-a"], records: [A.Record("x"), A.Record("x"), A.Record("y")]);

        Assert.Equal(Verdict.Accepted, Admit(transaction));
        _ledger.Execute(transaction, A.Transaction(_ledger.Genesis, "org-d", A.Record("x")));

        for (ulong i = 0; i < 3; i++)
        {
            var leaf = _ledger.Store.Live.Evidence.Leaf(new LogIndex(i))!;
            Assert.Equal("org-b", leaf.Leaf.Member);
            Assert.Equal(
                [
                    new CoSigner("org-a", A.ClientSigner("org-a").PublicKey.Id),
                    new CoSigner("org-c", A.ClientSigner("org-c").PublicKey.Id),
                ],
                leaf.Leaf.CoSigners);
        }

        Assert.Empty(_ledger.Store.Live.Evidence.Leaf(new LogIndex(3))!.Leaf.CoSigners);
    }

    [Fact]
    public void A_record_that_lacks_a_party_is_refused_at_admission_and_has_no_effect_in_a_block()
    {
        var missing = A.CoSigned(_ledger.Genesis, "org-a", ["org-b", "org-c"], s => s.Take(1));
        var stranger = A.CoSigned(
            _ledger.Genesis, "org-a", ["org-b"], s => [s[0] with { Key = A.ClientSigner("org-z").PublicKey.Id }]);

        Assert.Equal(Refusal.CoSignatureInvalid, Admit(missing).Refusal);
        Assert.Equal(Refusal.CoSignerUnknown, Admit(stranger).Refusal);
        var block = _ledger.Execute(missing, stranger);

        Assert.Equal(
            [Refusal.CoSignatureInvalid, Refusal.CoSignerUnknown], block.Commit.Block.Results.Select(r => r.Refusal));
        Assert.Equal(0ul, block.Commit.Block.Header.LogSize);
    }

    private Verdict Admit(SignedTransaction transaction) =>
        _ledger.Admission.Admit(transaction.Encoded, AdmissionSource.Client, out _);
}
