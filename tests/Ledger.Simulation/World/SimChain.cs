using System.Globalization;
using System.Text;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;
using Ledger.Core.Transactions;
using Ledger.Network;
using Ledger.Testing.Builders;
using Ledger.Testing.Consensus;

namespace Ledger.Simulation.World;

/// <summary>The channel of a run: suite, keys and genesis document.</summary>
internal sealed class SimChain
{
    // Fake keys must look like points to the network layer, which knows no suites; about every second number does.
    private static readonly Lock KeysLock = new();
    private static readonly List<int> FakeKeys = [];

    private readonly ISigner[] _clients;

    private SimChain(SimPlan plan, CryptoSuite suite, ISigner[] validators, ISigner[] clients)
    {
        Suite = suite;
        Signers = validators;
        _clients = clients;
        var names = Enumerable.Range(0, plan.Validators)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"org-{i:d2}")).ToArray();
        Genesis = new Genesis(
            "Simulated consortium",
            "main",
            suite,
            new Timestamp(SimClock.StartUnixMs),
            new ChannelParameters
            {
                Window = plan.Window,
                MaxBlockTransactions = plan.MaxBlockTransactions,
                MaxViewChangeTimeoutMilliseconds = 8000,
                MaxClockDriftMilliseconds = plan.ClockDriftMs,
            },
            new ValidatorSet(
                new Epoch(0), names.Select((m, i) => new Validator(m, validators[i].PublicKey, m + ".example:7000"))),
            [
                .. names.Select((m, i) => A.Member(m) with { Keys = [new MemberKey(clients[i].PublicKey, "client")] }),
            ]);
    }

    public CryptoSuite Suite { get; }

    /// <summary>The validators' keys, by index.</summary>
    public IReadOnlyList<ISigner> Signers { get; }

    public Genesis Genesis { get; }

    public static SimChain Create(SimPlan plan)
    {
        if (plan.RealSignatures)
        {
            return new SimChain(
                plan,
                Secp256k1Suite.Default,
                [.. Enumerable.Range(0, plan.Validators).Select(i => A.Signer($"validator-{i}"))],
                [.. Enumerable.Range(0, plan.Validators).Select(i => A.Signer($"client-{i}"))]);
        }

        var suite = new FakeSuite();
        return new SimChain(
            plan,
            suite,
            [.. Enumerable.Range(0, plan.Validators).Select(i => suite.SignerOf(FakeKey(suite, i)))],
            [.. Enumerable.Range(0, plan.Validators).Select(i => suite.SignerOf(1_000_000 + i))]);
    }

    /// <summary>A transaction of a member's client; each number gives another one.</summary>
    public SignedTransaction Transaction(int member, int number, Timestamp validUntil)
    {
        var signer = _clients[member];
        var record = A.Record(string.Create(CultureInfo.InvariantCulture, $"order-{number % 7}")) with
        {
            OccurredAt = new Timestamp(SimClock.StartUnixMs + (ulong)number),
        };
        var body = EvidenceBody.Encode(number % 3 == 0 ? [record, record] : [record]);
        var content = new Transaction(
            Genesis.Channel, signer.PublicKey.Id, TransactionKind.Evidence, validUntil, body);
        return SignedTransaction.Create(content, signer, Suite);
    }

    private static int FakeKey(FakeSuite suite, int index)
    {
        lock (KeysLock)
        {
            for (var next = FakeKeys.Count == 0 ? 0 : FakeKeys[^1] + 1; FakeKeys.Count <= index; next++)
            {
                if (PeerId.TryFromPublicKey(suite.SignerOf(next).PublicKey.Encoded, out _)) FakeKeys.Add(next);
            }

            return FakeKeys[index];
        }
    }
}
