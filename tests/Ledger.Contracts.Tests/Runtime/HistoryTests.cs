using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ledger.Contracts.Tests.Runtime.Support;
using Ledger.Core.Contracts;
using Ledger.Testing.Consensus;
using static Ledger.Contracts.Tests.Runtime.Support.ContractChain;

namespace Ledger.Contracts.Tests.Runtime;

/// <summary>Random histories of nested calls against a model that is a few lines long.</summary>
[Collection(SharedEngineTests.Name)]
public sealed class HistoryTests(ContractThread thread)
{
    private static readonly string[] Contracts = ["a", "b", "c"];
    private static readonly string[] Keys = ["k", "k1", "k/1", "k/2", "k/é", "k/\U0001F600", "k/\uFFFD", "l", "~"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Journal_nesting_and_scans_equal_a_naive_model(ulong seed)
    {
        using var chain = new ContractChain(thread);
        foreach (var name in Contracts) Value(chain.Deploy(name, Sources.Program));
        var random = new SplitMix64(seed);
        var model = new Model();
        var ends = new HashSet<ContractStatus>();

        for (var i = 0; i < 25; i++)
        {
            var contract = Contracts[random.Below(Contracts.Length)];
            var steps = Steps(random, [contract]);
            var before = chain.State();
            var events = new List<string>();
            var trial = model.Copy();
            string expected;
            try
            {
                expected = trial.Run(contract, steps, events).ToJsonString();
                model = trial;
            }
            catch (Model.FailedException e)
            {
                expected = e.Message;
            }

            var outcome = chain.Call("alice", contract, "run", steps.ToJsonString());

            ends.Add(outcome.Status);
            if (outcome.Status == ContractStatus.Returned)
            {
                Assert.Equal(Normal(expected), Normal(Value(outcome)));
                Assert.Equal(events, outcome.Events.Select(e => e.Contract + Encoding.UTF8.GetString(e.Payload.Span)));
            }
            else
            {
                Assert.Equal(expected, outcome.Code);
                Assert.Equal(before, chain.State());
                Assert.Empty(outcome.Events);
            }

            foreach (var name in Contracts) Assert.Equal(model.Rows(name), RowsOf(chain, name));
        }

        Assert.Equal([ContractStatus.Returned, ContractStatus.Failed], ends.Order());
    }

    private static string Normal(string json) => JsonNode.Parse(json)!.ToJsonString();

    private static string[] RowsOf(ContractChain chain, string contract) =>
    [
        .. chain.Ledger.State.Where(w => w.Space == "contract/" + contract)
            .Select(w => Encoding.UTF8.GetString(w.Key.Span) + "=" + Encoding.UTF8.GetString(w.Value!.Value.Span)),
    ];

    private static JsonArray Steps(SplitMix64 random, string[] running)
    {
        var steps = new JsonArray();
        for (var count = 1 + random.Below(8); count > 0; count--) steps.Add(Step(random, running));
        return steps;
    }

    private static JsonObject Step(SplitMix64 random, string[] running)
    {
        var key = Keys[random.Below(Keys.Length)];
        var free = Contracts.Except(running).ToArray();
        switch (random.Below(free.Length > 0 ? 12 : 8))
        {
            case < 3:
                return new JsonObject { ["do"] = "put", ["key"] = key, ["value"] = random.Below(1000) };
            case 3:
                return new JsonObject { ["do"] = "delete", ["key"] = key };
            case 4:
                return new JsonObject { ["do"] = "get", ["key"] = key };
            case 5:
                var scan = new JsonObject
                {
                    ["do"] = "scan",
                    ["prefix"] = random.Chance(500) ? "k" : "k/",
                    ["limit"] = 1 + random.Below(4),
                };
                if (random.Chance(400)) scan["after"] = key;
                return scan;
            case 6:
                return new JsonObject { ["do"] = "emit", ["payload"] = random.Below(1000) };
            case 7:
                return random.Chance(250)
                    ? new JsonObject { ["do"] = "fail", ["code"] = "E" + random.Below(3), ["message"] = "on purpose" }
                    : new JsonObject { ["do"] = "get", ["key"] = key };
            default:
                var to = free[random.Below(free.Length)];
                return new JsonObject
                {
                    ["do"] = random.Chance(700) ? "tryCall" : "call",
                    ["contract"] = to,
                    ["steps"] = Steps(random, [.. running, to]),
                };
        }
    }

    /// <summary>What contracts do, by copying everything at each call.</summary>
    private sealed class Model
    {
        private static readonly Comparer<string> ByUtf8 = Comparer<string>.Create((a, b) =>
            Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));

        private Dictionary<string, SortedDictionary<string, string>> _state =
            Contracts.ToDictionary(c => c, _ => new SortedDictionary<string, string>(ByUtf8));

        public string[] Rows(string contract) => [.. _state[contract].Select(r => $"{r.Key}={r.Value}")];

        public Model Copy() => new()
        {
            _state = _state.ToDictionary(s => s.Key, s => new SortedDictionary<string, string>(s.Value, ByUtf8)),
        };

        public JsonArray Run(string contract, JsonArray steps, List<string> events)
        {
            var results = new JsonArray();
            foreach (var step in steps) results.Add(Step(contract, step!.AsObject(), events));
            return results;
        }

        private JsonNode? Step(string contract, JsonObject step, List<string> events)
        {
            var rows = _state[contract];
            var key = (string?)step["key"] ?? "";
            switch ((string?)step["do"])
            {
                case "put":
                    rows[key] = step["value"]!.ToJsonString();
                    return null;
                case "delete":
                    rows.Remove(key);
                    return null;
                case "get":
                    return rows.TryGetValue(key, out var value) ? JsonNode.Parse(value) : null;
                case "emit":
                    events.Add(contract + step["payload"]!.ToJsonString());
                    return null;
                case "fail":
                    throw new FailedException((string)step["code"]!);
                case "scan":
                    return Scan(rows, step);
                default:
                    return Call(step, events);
            }
        }

        private static JsonArray Scan(SortedDictionary<string, string> rows, JsonObject step)
        {
            var after = (string?)step["after"];
            var limit = (int)step["limit"]!;
            var found = rows.Where(r => r.Key.StartsWith((string)step["prefix"]!, StringComparison.Ordinal))
                .Where(r => after is null || ByUtf8.Compare(r.Key, after) > 0).Take(limit).ToArray();
            var entries = new JsonArray();
            foreach (var row in found) entries.Add(new JsonArray(row.Key, JsonNode.Parse(row.Value)));
            return new JsonArray(entries, found.Length == limit ? found[^1].Key : null);
        }

        private JsonNode? Call(JsonObject step, List<string> events)
        {
            var saved = Copy()._state;
            var emitted = events.Count;
            try
            {
                return Run((string)step["contract"]!, step["steps"]!.AsArray(), events);
            }
            catch (FailedException e) when ((string)step["do"]! == "tryCall")
            {
                _state = saved;
                events.RemoveRange(emitted, events.Count - emitted);
                return e.Message;
            }
        }

        public sealed class FailedException(string code) : Exception(code);
    }
}
