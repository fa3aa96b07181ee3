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

    private const int ClientKeys = 1_000_000;
    private const int AdministratorKeys = 2_000_000;

    private readonly Func<int, ISigner> _makeKey;
    private readonly ISigner[] _clients;
    private readonly ISigner[] _administrators;

    private SimChain(SimPlan plan, CryptoSuite suite, Func<int, ISigner> makeKey, Func<string, int, ISigner> makeOther)
    {
        Suite = suite;
        _makeKey = makeKey;
        _clients = [.. Enumerable.Range(0, plan.Machines).Select(i => makeOther("client", ClientKeys + i))];
        _administrators =
            [.. Enumerable.Range(0, plan.Machines).Select(i => makeOther("administrator", AdministratorKeys + i))];
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
                Contracts = plan.Contracts ? SimContracts.Parameters : null,
            },
            new ValidatorSet(
                new Epoch(0), Enumerable.Range(0, plan.Validators).Select(i => ValidatorOf(i, MakeKey(i).PublicKey))),
            [
                .. Enumerable.Range(0, plan.Machines).Select(i => A.Member(MemberOf(i)) with
                {
                    Keys =
                    [
                        new MemberKey(_administrators[i].PublicKey, ValidatorChangeRules.AdministratorLabel),
                        new MemberKey(_clients[i].PublicKey, "client"),
                    ],
                }),
            ]);
    }

    public CryptoSuite Suite { get; }

    public Genesis Genesis { get; }

    /// <summary>A key for a validator, by number.</summary>
    public ISigner MakeKey(int number) => _makeKey(number);

    /// <summary>A machine's place among the validators, with a key.</summary>
    public static Validator ValidatorOf(int machine, PublicKey key)
    {
        var member = MemberOf(machine);
        return new Validator(member, key, member + ".example:7000");
    }

    public static SimChain Create(SimPlan plan)
    {
        if (plan.RealSignatures)
        {
            return new SimChain(
                plan, Secp256k1Suite.Default, i => A.Signer($"validator-{i}"), (role, i) => A.Signer($"{role}-{i}"));
        }

        var suite = new FakeSuite();
        return new SimChain(plan, suite, i => suite.SignerOf(FakeKey(suite, i)), (_, i) => suite.SignerOf(i));
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

    /// <summary>A change of the validators that more than half of the members approve.</summary>
    public SignedTransaction Transaction(int member, ValidatorChange change, Timestamp validUntil)
    {
        var approvals = _administrators.Take((_administrators.Length / 2) + 1).Select(change.Approve);
        var content = new Transaction(
            Genesis.Channel, _clients[member].PublicKey.Id, TransactionKind.ValidatorChange, validUntil,
            new ValidatorChangeBody(change, approvals).Encode());
        return SignedTransaction.Create(content, _clients[member], Suite);
    }

    private static string MemberOf(int machine) => string.Create(CultureInfo.InvariantCulture, $"org-{machine:d2}");

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
