using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime;
using Ledger.Contracts.Runtime.Host;
using Ledger.Core.Blocks;
using Ledger.Core.Contracts;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Membership;

namespace Ledger.Contracts.Authoring;

/// <summary>
/// The ledger of one test, and the host of the test's script: what the kit sends (<c>kit.js</c>) it does, each call
/// as a transaction in a block of its own.
/// </summary> <remarks>Not thread-safe; of one test.</remarks>
internal sealed class TestLedger(
    IContractRuntime runtime, ErrorRecorder engine, IReadOnlyList<ContractText> contracts, Func<string, string?> files,
    SortedDictionary<string, CallStatistics> calls, SortedSet<string> codes) : IScriptHost, IDisposable
{
    /// <summary>2026-03-01T08:00:00Z.</summary>
    public const ulong StartMilliseconds = 1_772_352_000_000;

    private const ulong CallGas = 1_000_000_000;
    private const int MaxDue = 1000;

    private readonly MemoryLedger _ledger = new() { Time = new Timestamp(StartMilliseconds) };

    // Bound: the test's calls of t.member.
    private readonly SortedDictionary<string, Member> _members = new(StringComparer.Ordinal);
    private uint _count;

    /// <summary>Gas of all calls.</summary>
    public long GasUsed { get; private set; }

    /// <summary>Where the last error of a contract came from.</summary>
    public string? LastContractStack { get; private set; }

    public void Dispose() => _members.Clear();

    public string? Invoke(int operation, ReadOnlySpan<string?> arguments, IScriptMeter meter)
    {
        if ((HostOperation)operation != HostOperation.Call || arguments.Length < 3 || arguments[2] is null)
            throw new ScriptHostException("NOT_HERE", "a test asks its ledger through t");
        using var document = JsonDocument.Parse(arguments[2]!);
        var args = document.RootElement;
        return arguments[1] switch
        {
            "member" => AddMember(args),
            "deploy" => Deploy(args),
            "call" => Call(args),
            "query" => Query(args),
            "anchor" => Anchor(args),
            "advance" => Advance(args),
            "now" => Text(_ledger.Time.UnixMilliseconds),
            "snapshot" => Quoted(StateDigest(withEvidence: false)),
            "file" => files(Name(args, "name")) ?? throw new ScriptHostException("NO_FILE", Name(args, "name")),
            _ => throw new ScriptHostException("NOT_HERE", $"the kit has no '{arguments[1]}'"),
        };
    }

    /// <summary>A digest of state and evidence.</summary>
    public string Digest() => StateDigest(withEvidence: true);

    private string AddMember(JsonElement args)
    {
        var id = Name(args, "id");
        var roles = args.GetProperty("roles").EnumerateArray().Select(r => r.GetString()!)
            .Order(StringComparer.Ordinal).ToList();
        var member = new Member { Id = id, Name = id, Roles = roles, Keys = [] };
        _members[id] = member;
        _ledger.Put(member);
        return "null";
    }

    private string Deploy(JsonElement args)
    {
        var wanted = Name(args, "contract");
        var contract = contracts.FirstOrDefault(c => c.Name == wanted)
            ?? throw new ScriptHostException("NO_CONTRACT", $"there is no contract '{wanted}' to deploy");
        return Execute(args, new ContractBody
        {
            Action = ContractAction.Deploy,
            Contract = Name(args, "name"),
            GasLimit = CallGas,
            Arguments = Utf8(args.GetProperty("args").GetRawText()),
            Source = Utf8(contract.Source),
            Schema = Utf8(contract.Schema),
            Engine = engine.Id,
        });
    }

    private string Call(JsonElement args) => Execute(args, new ContractBody
    {
        Action = ContractAction.Call,
        Contract = Name(args, "contract"),
        Function = Name(args, "fn"),
        GasLimit = CallGas,
        Arguments = Utf8(args.GetProperty("args").GetRawText()),
    });

    private string Execute(JsonElement args, ContractBody body)
    {
        var sender = MemberOf(args);
        var id = NextBlock();
        var request = new ContractRequest(body, id, default, sender, _ledger.Height, _ledger.Time);
        engine.LastError = null;
        var effects = runtime.Execute(request, _ledger);
        var from = _ledger.Leaves.Count;
        _ledger.Apply(effects, id, sender.Id, default);
        Count(body.Contract, body.Action == ContractAction.Call ? body.Function : "init", effects.Outcome);
        return Describe(effects.Outcome, from);
    }

    private string Query(JsonElement args)
    {
        var caller = args.GetProperty("as").ValueKind == JsonValueKind.Null ? null : MemberOf(args);
        var contract = Name(args, "contract");
        engine.LastError = null;
        var outcome = runtime.Query(
            new ContractQuery(
                contract, Name(args, "fn"), args.GetProperty("args").GetRawText(), null, caller, _ledger.Height,
                _ledger.Time),
            _ledger);
        Count(contract, "queries." + Name(args, "fn"), outcome);
        return Describe(outcome, _ledger.Leaves.Count);
    }

    private string Anchor(JsonElement args)
    {
        var sender = MemberOf(args);
        var record = EvidenceText.Read(args.GetProperty("record").GetRawText(), sender.Id, out var fault)
            ?? throw new ScriptHostException("INVALID_RECORD", fault);
        var verdict = EvidenceCatalogue.Check(record);
        if (!verdict.IsAccepted) throw new ScriptHostException("INVALID_RECORD", verdict.Detail ?? "refused");
        if (!sender.HasRole(record.Role))
            throw new ScriptHostException("NOT_AUTHORISED", $"{sender.Id} does not hold the role {record.Role}");
        var id = new EvidenceId(NextBlock(), 0);
        _ledger.Append(record.Encode(), id, sender.Id, default);
        return Quoted(id.ToString());
    }

    // Each due call in a block of its own, at the time that it falls due.
    private string Advance(JsonElement args)
    {
        var end = _ledger.Time.UnixMilliseconds + args.GetProperty("milliseconds").GetUInt64();
        var outcomes = new StringBuilder("[");
        for (var made = 0; runtime.NextDue(_ledger) is { } due && due.UnixMilliseconds <= end; made++)
        {
            if (made == MaxDue) throw new ScriptHostException("TOO_MANY_DUE", "calls fall due without an end");
            _ledger.Height = new BlockHeight(_ledger.Height.Value + 1);
            if (due > _ledger.Time) _ledger.Time = due;
            engine.LastError = null;
            if (runtime.ExecuteDue(_ledger.Height, _ledger.Time, _ledger) is not { } scheduled) break;
            var from = _ledger.Leaves.Count;
            _ledger.Apply(scheduled.Effects, scheduled.Id, scheduled.Contract, default);
            Count(scheduled.Contract, "scheduled", scheduled.Effects.Outcome);
            if (made > 0) outcomes.Append(',');
            outcomes.Append(Describe(scheduled.Effects.Outcome, from));
        }

        _ledger.Time = new Timestamp(end);
        return outcomes.Append(']').ToString();
    }

    private void Count(string contract, string function, ContractOutcome outcome)
    {
        var gas = (long)outcome.GasUsed;
        GasUsed += gas;
        var name = $"{contract}.{function}";
        if (!calls.TryGetValue(name, out var statistics)) calls.Add(name, statistics = new CallStatistics());
        statistics.Add(outcome.Status == ContractStatus.Returned, gas);
        if (outcome.Code.Length > 0) codes.Add(outcome.Code);
        if (outcome.Status != ContractStatus.Returned) LastContractStack = engine.LastError?.Stack;
    }

    private string Describe(ContractOutcome outcome, int firstLeaf)
    {
        var json = new JsonText().Open('{')
            .Name("status").Text(outcome.Status.ToString().ToLowerInvariant())
            .Name("code").Text(outcome.Code).Name("message").Text(outcome.Message)
            .Name("gas").Number(outcome.GasUsed)
            .Name("value").Raw(outcome.Value.IsEmpty ? "null" : Encoding.UTF8.GetString(outcome.Value.Span))
            .Name("events").Open('[');
        foreach (var item in outcome.Events)
        {
            json.Open('{').Name("contract").Text(item.Contract).Name("name").Text(item.Name)
                .Name("payload").Raw(Encoding.UTF8.GetString(item.Payload.Span)).Close('}');
        }

        json.Close(']').Name("records").Open('[');
        for (var i = firstLeaf; i < _ledger.Leaves.Count; i++) json.Raw(RecordOf(_ledger.Leaves[i]));
        return json.Close(']').Close('}').ToString();
    }

    private static string RecordOf(in ContractLeaf leaf)
    {
        var json = new JsonText();
        EvidenceText.Write(json, leaf);
        using var document = JsonDocument.Parse(json.ToString());
        return document.RootElement.GetProperty("record").GetRawText();
    }

    private string StateDigest(bool withEvidence)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var write in _ledger.State)
        {
            Append(hash, Utf8(write.Space));
            Append(hash, write.Key.Span);
            Append(hash, write.Value!.Value.Span);
        }

        if (withEvidence)
        {
            foreach (var leaf in _ledger.Leaves) Append(hash, leaf.Leaf.Encode());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        hash.AppendData(BitConverter.GetBytes(part.Length));
        hash.AppendData(part);
    }

    private Hash256 NextBlock()
    {
        _count++;
        _ledger.Height = new BlockHeight(_ledger.Height.Value + 1);
        _ledger.Time = new Timestamp(_ledger.Time.UnixMilliseconds + 1000);
        return new Hash256(SHA256.HashData(BitConverter.GetBytes(_count)));
    }

    private Member MemberOf(JsonElement args)
    {
        var id = Name(args, "as");
        return _members.TryGetValue(id, out var member)
            ? member
            : throw new ScriptHostException("NO_SUCH_MEMBER", $"the test has no member '{id}': t.member makes one");
    }

    private static string Name(JsonElement args, string name) =>
        args.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new ScriptHostException("BAD_ARGUMENT", $"{name} must be a text");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string text) => "\"" + text + "\"";
}
