using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Encoding;
using Ledger.Core.Membership;

namespace Ledger.Core.Receipts;

/// <summary>The property <c>epoch_changes</c>, which receipts and other proofs have in common.</summary>
internal static class EpochChangeJson
{
    private const string Name = "epoch_changes";

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<EpochChange> changes)
    {
        writer.WriteStartArray(Name);
        foreach (var change in changes)
        {
            writer.WriteStartObject();
            WriteHex(writer, "header", change.HeaderBytes.Span);
            WriteHex(writer, "certificate", change.CertificateBytes.Span);
            WriteHex(writer, "validators", change.ValidatorsBytes.Span);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static IReadOnlyList<EpochChange> Read(StrictJsonObject root) =>
        [.. root.Objects(Name, Receipt.MaxEpochChanges).Select(ReadChange)];

    private static EpochChange ReadChange(StrictJsonObject json)
    {
        var header = json.RequiredHex("header", BlockHeader.MaxBytes);
        var certificate = json.RequiredHex("certificate", QuorumCertificate.MaxBytes);
        var validators = json.RequiredHex("validators", ValidatorSet.MaxBytes);
        json.End();
        return new EpochChange(header, certificate, validators);
    }

    private static void WriteHex(Utf8JsonWriter writer, string name, ReadOnlySpan<byte> bytes) =>
        writer.WriteString(name, Convert.ToHexStringLower(bytes));
}
