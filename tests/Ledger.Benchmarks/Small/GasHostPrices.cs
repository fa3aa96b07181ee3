using System.Text;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Benchmarks.Small;

/// <summary>
/// What gas costs in processor time where the ledger works for a contract, by calls that go on until their gas is used
/// up. The ledger is one in memory: what is priced for the disk and the state tree would look cheap here and is left out.
/// </summary>
internal sealed class GasHostPrices : IDisposable
{
    private const string Name = "work";
    private const ulong Gas = 200_000_000;

    private static readonly ISigner Signer = Secp256k1Suite.Default.CreateSigner(Sha256.Instance.Hash("gas"u8).ToArray());

    // Each repeats its body; what a limit of the runtime refuses is refused anew each time, behind its checks.
    private static readonly (string Work, string SetUp, string Body)[] Scripts =
    [
        ("host-question", "", "ctx.gasLeft();"),
        ("host-hash-short", "", "ctx.crypto.sha256('abc');"),
        ("host-hash-long", "const s = 'abcdefgh'.repeat(30000);", "ctx.crypto.sha256(s);"),
        ("host-signature", $"const k = '{Signer.PublicKey}', s = '{Sign()}';", "ctx.crypto.verify(k, 'text', s);"),
        ("host-signature-bad", $"const k = '{Signer.PublicKey}', s = '{Sign()}';", "ctx.crypto.verify(k, 'other', s);"),
        ("host-member", "", "ctx.members.get('sender');"),
        ("host-json-numbers", "const v = Array(20000).fill(1);", Put),
        ("host-json-brackets", "const v = Array.from({ length: 15000 }, () => []);", Put),
        ("host-json-texts", "const v = Array(8000).fill('abcd');", Put),
        ("host-json-text", "const v = 'abcdefgh'.repeat(7500);", Put),
        ("host-json-escapes", "const v = '\\n'.repeat(30000);", Put),
        ("host-json-objects", "const v = Array(6000).fill({ a: 1 });", Put),
        ("host-schema-integers", "const v = Array(4000).fill(7);", "ctx.emit('integers', v);"),
        ("host-schema-texts", "const v = Array(1000).fill('abcdefgh');", "ctx.emit('texts', v);"),
        ("host-schema-long-text", "const v = ['\\u00e9'.repeat(4000)];", "ctx.emit('texts', v);"),
        ("host-schema-objects", "const v = Array(1000).fill({ a: 1, b: 2 });", "ctx.emit('objects', v);"),
        ("host-schema-listed", "const v = Array(1000).fill('n63');", "ctx.emit('listed', v);"),
        ("host-schema-combined", "const v = Array(500).fill(9);", "ctx.emit('combined', v);"),
        ("host-schema-refused", "const v = Array(4000).fill(7); v.push(-1);", "ctx.emit('integers', v);"),
    ];

    private const string Put = "ctx.state.put('k', v);";

    private static readonly string Events = $$"""
        "integers": { "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": 9 } },
        "texts": { "type": "array", "items": { "type": "string", "minLength": 1, "maxLength": 9999 } },
        "objects": {
          "type": "array",
          "items": {
            "type": "object", "properties": { "a": { "type": "integer" }, "b": { "type": "integer" } },
            "required": ["a", "b"], "additionalProperties": false
          }
        },
        "listed": { "type": "array", "items": { "enum": [{{Listed(64, i => $"\"n{i}\"")}}] } },
        "combined": {
          "type": "array",
          "items": { "anyOf": [{{Listed(10, i => $"{{ \"const\": {i} }}")}}] }
        }
        """;

    private readonly IContractRuntime _runtime;
    private readonly MemoryLedger _ledger = new();
    private readonly Hash256 _engine = KnownEngines.Newest;
    private ulong _transactions;

    private readonly Member _sender = new()
    {
        Id = "sender",
        Name = "SENDER",
        Roles = ["operator"],
        Keys = [new MemberKey(Signer.PublicKey, "client")],
    };

    /// <summary>Deploys a contract with a function for each kind of work. On a thread with a contract's stack.</summary>
    public GasHostPrices()
    {
        _runtime = KnownEngines.Open(_engine, new ContractRuntimeOptions());
        _ledger.Put(_sender);
        var source = new StringBuilder();
        var schema = new StringBuilder();
        foreach (var (work, setUp, body) in Scripts)
        {
            var function = FunctionOf(work);
            source.Append("export function ").Append(function).Append("(ctx) { ").Append(setUp)
                .Append(" for (;;) { try { ").Append(body).Append(" } catch { } } }\n");
            schema.Append(schema.Length > 0 ? "," : "").Append('"').Append(function).Append("\":{}");
        }

        var outcome = Execute(new ContractBody
        {
            Action = ContractAction.Deploy,
            Contract = Name,
            GasLimit = 900_000_000,
            Source = Encoding.UTF8.GetBytes(source.ToString()),
            Schema = Encoding.UTF8.GetBytes($"{{\"functions\":{{{schema}}},\"events\":{{{Events}}}}}"),
            Engine = _engine,
            Arguments = "{}"u8.ToArray(),
        });
        if (outcome.Status != ContractStatus.Returned) throw new InvalidOperationException($"no deployment: {outcome}");
    }

    /// <summary>Nanoseconds for a unit, by kind of work: the least of some runs.</summary>
    public IEnumerable<(string Work, double Price)> Measure(int runs)
    {
        foreach (var (work, _, _) in Scripts)
        {
            var least = TimeSpan.MaxValue;
            for (var run = 0; run < runs; run++)
            {
                var before = Environment.CpuUsage.TotalTime;
                var outcome = Execute(new ContractBody
                {
                    Action = ContractAction.Call,
                    Contract = Name,
                    Function = FunctionOf(work),
                    Arguments = "{}"u8.ToArray(),
                    GasLimit = Gas,
                });
                var took = Environment.CpuUsage.TotalTime - before;
                if (outcome.GasUsed < Gas) throw new InvalidOperationException($"{work} ended with {outcome}");
                if (took < least) least = took;
            }

            yield return (work, least.TotalNanoseconds / Gas);
        }
    }

    public void Dispose() => _runtime.Dispose();

    private static string Sign() => Convert.ToHexStringLower(Signer.Sign(DomainTag.ContractMessage, "text"u8));

    private static string Listed(int count, Func<int, string> item) =>
        string.Join(',', Enumerable.Range(0, count).Select(item));

    private static string FunctionOf(string work) => work.Replace("-", "", StringComparison.Ordinal);

    private ContractOutcome Execute(ContractBody body)
    {
        var id = Sha256.Instance.Hash(BitConverter.GetBytes(++_transactions));
        var key = _sender.Keys[0].Key.Id;
        var effects = _runtime.Execute(new ContractRequest(body, id, key, _sender, _ledger.Height, _ledger.Time), _ledger);
        _ledger.Apply(effects, id, _sender.Id, key);
        return effects.Outcome;
    }
}
