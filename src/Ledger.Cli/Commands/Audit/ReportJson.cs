using System.Text.Json;
using Google.Protobuf.Collections;
using Ledger.Cli.Output;
using Ledger.Core.Accountability;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;

namespace Ledger.Cli.Commands.Audit;

/// <summary>A report as one JSON object: the form whose digest the page names.</summary>
internal static class ReportJson
{
    public static string Write(VerifiedReport report) => Result.ToJson(json =>
    {
        var data = report.Data;
        json.WriteString("format", "ledger-audit-report/1");
        json.WriteString("software_version", data.SoftwareVersion);
        json.WriteString("consortium", data.Consortium);
        json.WriteString("channel_name", data.ChannelName);
        json.WriteString("channel", Convert.ToHexStringLower(data.Channel.Span));
        json.WriteString("auditor", data.Auditor);
        json.WriteString("made", Time(data.MadeTimeMs));
        json.WriteString("from", Time(data.FromTimeMs));
        json.WriteString("to", Time(data.ToTimeMs));
        json.WriteBoolean("clean", report.IsClean);
        json.WriteNumber("first_height", data.FirstHeight);
        json.WriteNumber("last_height", data.LastHeight);
        json.WriteString("last_header_hash", Convert.ToHexStringLower(data.LastHeaderHash.Span));
        json.WriteNumber("blocks", data.Blocks);
        json.WriteNumber("transactions", data.Transactions);
        json.WriteNumber("refused_transactions", data.RefusedTransactions);
        json.WriteNumber("records", data.Records);
        WriteCounts(json, "records_by_type", data.RecordsByType);
        WriteCounts(json, "records_by_member", data.RecordsByMember);
        json.WriteNumber("changes_of_proposer", data.ChangesOfProposer);
        WriteTotals(json, data.Totals);
        WriteValidators(json, data.Validators);
        json.WriteStartArray("faults");
        foreach (var (proof, verdict) in report.Faults)
        {
            json.WriteStartObject();
            json.WriteString("detail", verdict.Detail);
            json.WritePropertyName("proof");
            FaultProofJson.WriteTo(json, proof);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteFindings(json, data.Findings);
        json.WriteStartArray("problems");
        foreach (var problem in data.Problems) json.WriteStringValue(problem);
        json.WriteEndArray();
        json.WriteBoolean("truncated", data.Truncated);
        json.WriteStartArray("scope");
        foreach (var (english, _) in VerifiedReport.Scope) json.WriteStringValue(english);
        json.WriteEndArray();
    });

    /// <summary>A time as text; empty for none.</summary>
    public static string Time(ulong milliseconds) => milliseconds == 0 ? "" : new Timestamp(milliseconds).ToString();

    private static void WriteCounts(Utf8JsonWriter json, string name, RepeatedField<NamedCount> counts)
    {
        json.WriteStartObject(name);
        foreach (var count in counts) json.WriteNumber(count.Name, count.Count);
        json.WriteEndObject();
    }

    private static void WriteTotals(Utf8JsonWriter json, AuditTotals totals)
    {
        json.WriteStartObject("verified");
        json.WriteNumber("headers_linked", totals.HeadersLinked);
        json.WriteNumber("certificates", totals.Certificates);
        json.WriteNumber("certificate_signatures", totals.CertificateSignatures);
        json.WriteNumber("transaction_signatures", totals.TransactionSignatures);
        json.WriteNumber("roots", totals.Roots);
        json.WriteNumber("blocks_executed", totals.BlocksExecuted);
        json.WriteEndObject();
    }

    private static void WriteValidators(Utf8JsonWriter json, RepeatedField<ValidatorConduct> validators)
    {
        json.WriteStartArray("validators");
        foreach (var validator in validators)
        {
            json.WriteStartObject();
            json.WriteNumber("validator_index", validator.ValidatorIndex);
            json.WriteString("member", validator.Member);
            json.WriteString("address", validator.Address);
            json.WriteNumber("signed_blocks", validator.SignedBlocks);
            json.WriteNumber("proposed_blocks", validator.ProposedBlocks);
            json.WriteNumber("compared_height", validator.ComparedHeight);
            json.WriteNumber("certified_height", validator.CertifiedHeight);
            json.WriteString("last_heard", Time(validator.LastHeardMs));
            json.WriteNumber("clock_offset_ms", validator.ClockOffsetMs);
            json.WriteNumber("faults", validator.Faults);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFindings(Utf8JsonWriter json, RepeatedField<Finding> findings)
    {
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("kind", finding.Kind);
            json.WriteNumber("validator_index", finding.ValidatorIndex);
            json.WriteNumber("height", finding.Height);
            json.WriteString("time", Time(finding.TimeMs));
            json.WriteString("detail", finding.Detail);
            WriteFile(json, "served", finding.Evidence.Memory);
            WriteFile(json, "certified_here", finding.Ours.Memory);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // The files that 'audit forensics' reads, as they are. They come from the auditor: what is no JSON is left out, and
    // most findings have none.
    private static void WriteFile(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> file)
    {
        try
        {
            JsonDocument.Parse(file).Dispose();
        }
        catch (JsonException)
        {
            return;
        }

        json.WritePropertyName(name);
        json.WriteRawValue(file.Span, skipInputValidation: true);
    }
}
