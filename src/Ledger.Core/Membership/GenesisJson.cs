using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Membership;

/// <summary>
/// <c>genesis.json</c>, the form in which people keep and exchange a genesis document. Layout does not matter: the
/// channel id is the hash of the canonical encoding. Reading is strict: every property must be there once
/// (<c>observers</c> only when there are any), and no other.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/genesis.md.</remarks>
public static class GenesisJson
{
    /// <summary>The value of the property <c>format</c>.</summary>
    public const string Format = "ledger-genesis/1";

    /// <summary>Largest document in bytes.</summary>
    public const int MaxBytes = 64 << 20;

    private const int MaxDepth = 8;

    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>
    /// Parses and checks a document. The error is a sentence; for a fault of the document it begins with the path of
    /// the value at fault, such as <c>$.validators[1].key</c>.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out Genesis? genesis, [NotNullWhen(false)] out string? error)
    {
        genesis = null;
        var errors = new StrictJsonErrors();
        using var document = StrictJsonObject.Parse(utf8, MaxBytes, MaxDepth, errors);
        error = errors.First;
        return document is not null
            && TryRead(new StrictJsonObject(document.RootElement, "$", errors), errors, out genesis, out error);
    }

    /// <summary>Writes a document, indented, in UTF-8 with a newline at the end.</summary>
    public static byte[] Write(Genesis genesis)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, Layout))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            writer.WriteString("consortium", genesis.Consortium);
            writer.WriteString("channel", genesis.ChannelName);
            writer.WriteString("suite", genesis.Suite.Name);
            writer.WriteString("created", genesis.Created.ToString());
            WriteParameters(writer, genesis.Parameters);
            WriteValidators(writer, genesis.Validators);
            WriteMembers(writer, genesis.Members);
            WriteObservers(writer, genesis.Observers);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static bool TryRead(
        StrictJsonObject root,
        StrictJsonErrors errors,
        [NotNullWhen(true)] out Genesis? genesis,
        [NotNullWhen(false)] out string? error)
    {
        genesis = null;
        if (root.Text("format", 64) != Format) root.Fail("format", $"must be \"{Format}\"");
        var consortium = root.Text("consortium", EvidenceLimits.IdentifierBytes);
        var channel = root.Text("channel", EvidenceLimits.IdentifierBytes);
        var suiteName = root.Text("suite", EvidenceLimits.NameBytes);
        var created = root.Time("created");
        var parameters = ReadParameters(root.Object("parameters"));
        if (!CryptoSuites.TryGet(suiteName, out var suite))
        {
            root.Fail("suite", $"this version knows {string.Join(", ", CryptoSuites.Names)}, not '{suiteName}'");
            error = errors.First!;
            return false;
        }

        var validators = root.Objects("validators", ValidatorSet.MaxValidators)
            .Select(v => ReadValidator(v, suite))
            .ToList();
        var members = root.Objects("members", Genesis.MaxMembers).Select(m => ReadMember(m, suite)).ToList();
        // Absent when there are none, so that documents from before there were observers mean what they meant.
        var listed = root.Has("observers");
        var observers = listed
            ? root.Objects("observers", Genesis.MaxObservers).Select(o => ReadObserver(o, suite)).ToList()
            : [];
        root.End();
        if (listed && observers.Count == 0) root.Fail("observers", "is left out when there are none");
        if (validators.Count == 0) root.Fail("validators", "there must be at least one");
        error = errors.First;
        if (error is not null) return false;
        var keys = new HashSet<KeyId>();
        for (var i = 0; i < validators.Count; i++)
        {
            if (keys.Add(validators[i]!.Key.Id)) continue;
            error = $"$.validators[{i}].key: another validator has the same key";
            return false;
        }

        var set = new ValidatorSet(new Epoch(0), validators!);
        return Genesis.TryCreate(
            consortium, channel, suite, created, parameters, set, members, observers!, out genesis, out error);
    }

    private static ChannelParameters ReadParameters(StrictJsonObject json)
    {
        var parameters = new ChannelParameters
        {
            MaxTransactionBytes = (uint)json.Number("max_transaction_bytes", uint.MaxValue),
            MaxBlockTransactions = (uint)json.Number("max_block_transactions", uint.MaxValue),
            MaxBlockBytes = (uint)json.Number("max_block_bytes", uint.MaxValue),
            MaxTransactionLifetimeMilliseconds = json.Number("max_transaction_lifetime_ms", ulong.MaxValue),
            MaxClockDriftMilliseconds = json.Number("max_clock_drift_ms", ulong.MaxValue),
            Window = (uint)json.Number("window", uint.MaxValue),
            RequestTimeoutMilliseconds = json.Number("request_timeout_ms", ulong.MaxValue),
            MaxViewChangeTimeoutMilliseconds = json.Number("max_view_change_timeout_ms", ulong.MaxValue),
        };
        // Absent on a channel without contracts, so that documents from before there were any mean what they meant.
        if (json.Has("contracts")) parameters = parameters with { Contracts = ReadContracts(json.Object("contracts")) };
        // Likewise where every member reads everything.
        if (json.Has("reading")) parameters = parameters with { Reading = ReadReading(json.Object("reading")) };
        json.End();
        return parameters;
    }

    private static ContractParameters ReadContracts(StrictJsonObject json)
    {
        var parameters = new ContractParameters
        {
            Engine = new Hash256(json.FixedHex("engine", Hash256.Size)),
            MaxCallGas = json.Number("max_call_gas", ulong.MaxValue),
            MaxDeployGas = json.Number("max_deploy_gas", ulong.MaxValue),
            MaxBlockGas = json.Number("max_block_gas", ulong.MaxValue),
            MemoryPages = (uint)json.Number("memory_pages", uint.MaxValue),
        };
        json.End();
        return parameters;
    }

    private static ReadingParameters ReadReading(StrictJsonObject json)
    {
        var roles = json.Texts("roles", ReadingParameters.MaxRoles, EvidenceLimits.NameBytes);
        json.End();
        return new ReadingParameters { Roles = roles };
    }

    private static Validator? ReadValidator(StrictJsonObject json, CryptoSuite suite)
    {
        var member = json.Text("member", EvidenceLimits.IdentifierBytes);
        var key = ReadKey(json, suite);
        var address = json.Text("address", EvidenceLimits.IdentifierBytes);
        json.End();
        return key is null ? null : new Validator(member, key, address);
    }

    private static Observer? ReadObserver(StrictJsonObject json, CryptoSuite suite)
    {
        var member = json.Text("member", EvidenceLimits.IdentifierBytes);
        var key = ReadKey(json, suite);
        var address = json.Has("address") ? json.Text("address", EvidenceLimits.IdentifierBytes) : "";
        json.End();
        return key is null ? null : new Observer(member, key, address);
    }

    private static Member ReadMember(StrictJsonObject json, CryptoSuite suite)
    {
        var id = json.Text("id", EvidenceLimits.IdentifierBytes);
        var name = json.Text("name", EvidenceLimits.IdentifierBytes);
        var roles = json.Texts("roles", Member.MaxRoles, EvidenceLimits.NameBytes);
        var keys = new List<MemberKey>();
        foreach (var item in json.Objects("keys", Member.MaxKeys))
        {
            var key = ReadKey(item, suite);
            var label = item.Text("label", EvidenceLimits.NameBytes);
            item.End();
            if (key is not null) keys.Add(new MemberKey(key, label));
        }

        json.End();
        return new Member { Id = id, Name = name, Roles = roles, Keys = keys };
    }

    private static PublicKey? ReadKey(StrictJsonObject json, CryptoSuite suite)
    {
        var bytes = json.FixedHex("key", CryptoSuite.PublicKeySize);
        if (suite.TryParsePublicKey(bytes, out var key)) return key;
        json.Fail("key", $"is not a public key of {suite.Name}");
        return null;
    }

    private static void WriteParameters(Utf8JsonWriter writer, ChannelParameters parameters)
    {
        writer.WriteStartObject("parameters");
        writer.WriteNumber("max_transaction_bytes", parameters.MaxTransactionBytes);
        writer.WriteNumber("max_block_transactions", parameters.MaxBlockTransactions);
        writer.WriteNumber("max_block_bytes", parameters.MaxBlockBytes);
        writer.WriteNumber("max_transaction_lifetime_ms", parameters.MaxTransactionLifetimeMilliseconds);
        writer.WriteNumber("max_clock_drift_ms", parameters.MaxClockDriftMilliseconds);
        writer.WriteNumber("window", parameters.Window);
        writer.WriteNumber("request_timeout_ms", parameters.RequestTimeoutMilliseconds);
        writer.WriteNumber("max_view_change_timeout_ms", parameters.MaxViewChangeTimeoutMilliseconds);
        if (parameters.Contracts is { } contracts)
        {
            writer.WriteStartObject("contracts");
            writer.WriteString("engine", contracts.Engine.ToString());
            writer.WriteNumber("max_call_gas", contracts.MaxCallGas);
            writer.WriteNumber("max_deploy_gas", contracts.MaxDeployGas);
            writer.WriteNumber("max_block_gas", contracts.MaxBlockGas);
            writer.WriteNumber("memory_pages", contracts.MemoryPages);
            writer.WriteEndObject();
        }

        if (parameters.Reading is { } reading)
        {
            writer.WriteStartObject("reading");
            writer.WriteStartArray("roles");
            foreach (var role in reading.Roles) writer.WriteStringValue(role);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteValidators(Utf8JsonWriter writer, ValidatorSet validators)
    {
        writer.WriteStartArray("validators");
        foreach (var validator in validators.Validators)
            WriteNode(writer, validator.Member, validator.Key, validator.Address);
        writer.WriteEndArray();
    }

    private static void WriteObservers(Utf8JsonWriter writer, IReadOnlyList<Observer> observers)
    {
        if (observers.Count == 0) return;
        writer.WriteStartArray("observers");
        foreach (var observer in observers) WriteNode(writer, observer.Member, observer.Key, observer.Address);
        writer.WriteEndArray();
    }

    private static void WriteNode(Utf8JsonWriter writer, string member, PublicKey key, string address)
    {
        writer.WriteStartObject();
        writer.WriteString("member", member);
        writer.WriteString("key", Convert.ToHexStringLower(key.Encoded));
        if (address.Length > 0) writer.WriteString("address", address);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, IReadOnlyList<Member> members)
    {
        writer.WriteStartArray("members");
        foreach (var member in members)
        {
            writer.WriteStartObject();
            writer.WriteString("id", member.Id);
            writer.WriteString("name", member.Name);
            writer.WriteStartArray("roles");
            foreach (var role in member.Roles) writer.WriteStringValue(role);
            writer.WriteEndArray();
            writer.WriteStartArray("keys");
            foreach (var key in member.Keys)
            {
                writer.WriteStartObject();
                writer.WriteString("key", Convert.ToHexStringLower(key.Key.Encoded));
                writer.WriteString("label", key.Label);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
