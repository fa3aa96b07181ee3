using System.CommandLine;
using System.Text;
using System.Text.Json;
using Ledger.Cli.Output;
using Ledger.Cli.Profiles;
using Ledger.Client;
using Ledger.Client.Query;
using Ledger.Core.Contracts;
using Ledger.Core.State;

namespace Ledger.Cli.Commands.Contract;

/// <summary><c>ledger contract show</c>: what the chain knows of a contract, or one value of its state, with proof.</summary>
internal static class ShowCommand
{
    public static Command Create(CliHost host)
    {
        var name = ContractOptions.Name();
        var key = new Option<string?>("--key") { Description = "Show this key of the contract's state.", HelpName = "key" };
        var source = new Option<string?>("--source")
        {
            Description = "Write the present version's source to this file.",
            HelpName = "file",
        };
        var proof = new Option<bool>("--proof") { Description = "Say too what proves it. It is verified in any case." };
        var command = new Command("show", "Shows what the chain knows of a contract, or a value of its state, proven.")
        {
            name, key, source, proof,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var contract = parsed.GetRequiredValue(name);
            var result = new Result(host, parsed);
            using var client = new Session(host, parsed).Connect();
            if (parsed.GetValue(key) is { } asked)
            {
                if (parsed.GetValue(source) is not null)
                    throw new CliException(ExitCodes.Usage, "give --key or --source, not both");
                var value = await client.GetContractStateAsync(contract, asked, cancellation: cancellation);
                SayValue(result, contract, asked, value, parsed.GetValue(proof));
                return value.Value is null ? ExitCodes.Refused : ExitCodes.Ok;
            }

            var state = await client.GetContractAsync(contract, cancellation: cancellation);
            if (state.Value is not { } bytes)
                throw new CliException(ExitCodes.Refused, $"there is no contract '{contract}', proven at block "
                    + $"{state.ProvenAt.Header.Height}");
            if (!ContractRecord.TryDecode(bytes.Span, out var record, out var error))
                throw new CliException(ExitCodes.Integrity, $"the record of '{contract}' is malformed: {error}");
            if (parsed.GetValue(source) is { } target)
                await WriteSourceAsync(client, record, host.Resolve(target), cancellation);
            SayRecord(result, record, state, parsed.GetValue(proof));
            return ExitCodes.Ok;
        });
        return command;
    }

    // Proven like everything else: the source of what runs is what the state root covers.
    private static async Task WriteSourceAsync(
        LedgerClient client, ContractRecord record, string path, CancellationToken cancellation)
    {
        var key = Encoding.UTF8.GetBytes($"{record.Name}/{record.Version}");
        var state = await client.GetStateAsync(StateNamespaces.ContractSources, key, cancellation: cancellation);
        if (state.Value is not { } bytes || !ContractVersion.TryDecode(bytes.Span, out var version, out var error))
            throw new CliException(ExitCodes.Integrity, $"version {record.Version} of '{record.Name}' is not to be had");
        OutputFile.Write(path, version.Source.ToArray());
    }

    private static void SayRecord(Result result, ContractRecord record, StateValue state, bool proof) => result.Say(
        lines =>
        {
            lines.WriteLine($"{record.Name}, version {record.Version}, {Word(record.State)}");
            lines.WriteLine($"  owner         {record.Owner}");
            lines.WriteLine($"  since block   {record.Height}, {record.BuiltAt}");
            lines.WriteLine($"  source        {record.SourceHash}");
            lines.WriteLine($"  schema        {record.SchemaHash}");
            lines.WriteLine($"  image         {record.ImageHash}");
            lines.WriteLine($"  engine        {record.Engine}");
            if (proof) SayProof(lines, state);
        },
        json =>
        {
            json.WriteString("name", record.Name);
            json.WriteNumber("version", record.Version);
            json.WriteString("state", Word(record.State));
            json.WriteString("owner", record.Owner);
            json.WriteNumber("height", record.Height.Value);
            json.WriteString("built_at", record.BuiltAt.ToString());
            json.WriteString("source", record.SourceHash.ToString());
            json.WriteString("schema", record.SchemaHash.ToString());
            json.WriteString("image", record.ImageHash.ToString());
            json.WriteString("engine", record.Engine.ToString());
            WriteProof(json, state);
        });

    private static void SayValue(Result result, string contract, string key, StateValue state, bool proof) => result.Say(
        lines =>
        {
            lines.WriteLine(state.Value is { } value
                ? $"{contract}/{key} = {Encoding.UTF8.GetString(value.Span)}"
                : $"{contract}/{key} has no value");
            if (proof) SayProof(lines, state);
        },
        json =>
        {
            json.WriteString("contract", contract);
            json.WriteString("key", key);
            json.WriteBoolean("present", state.Value is not null);
            if (state.Value is { } value) ContractOptions.WriteRaw(json, "value", value);
            WriteProof(json, state);
        });

    private static void SayProof(TextWriter lines, StateValue state)
    {
        var at = state.ProvenAt;
        lines.WriteLine($"  proven by     block {at.Header.Height} at {at.Header.Time}, {at.Hash}");
        lines.WriteLine($"  state root    {at.Header.StateRoot}");
    }

    private static void WriteProof(Utf8JsonWriter json, StateValue state)
    {
        json.WriteStartObject("proven_at");
        json.WriteNumber("height", state.ProvenAt.Header.Height.Value);
        json.WriteString("time", state.ProvenAt.Header.Time.ToString());
        json.WriteString("header_hash", state.ProvenAt.Hash.ToString());
        json.WriteString("state_root", state.ProvenAt.Header.StateRoot.ToString());
        json.WriteEndObject();
    }

    /// <summary>A state as people read it.</summary>
    internal static string Word(ContractState state) => state.ToString().ToLowerInvariant();
}
