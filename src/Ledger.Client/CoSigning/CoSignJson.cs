using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Membership;

namespace Ledger.Client.CoSigning;

/// <summary>The file in which a draft travels between parties. Nothing in it is believed before it is checked.</summary>
internal static class CoSignJson
{
    /// <summary>Largest file: the largest transaction in base64, with room for names.</summary>
    public const int MaxBytes = 8 << 20;

    private const int Version = 1;

    public static byte[] Write(CoSignDraft draft)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("ledger_co_sign_draft", Version);
            json.WriteString("channel", draft.Channel.ToString());
            json.WriteNumber("valid_until_ms", draft.ValidUntil.UnixMilliseconds);
            json.WriteStartArray("parties");
            foreach (var party in draft.Parties) json.WriteStringValue(party);
            json.WriteEndArray();
            json.WriteStartArray("records");
            foreach (var record in draft.RecordBytes) json.WriteBase64StringValue(record);
            json.WriteEndArray();
            json.WriteStartArray("signatures");
            foreach (var signature in draft.Signatures)
            {
                json.WriteStartObject();
                json.WriteString("member", signature.Member);
                json.WriteString("key", Convert.ToHexStringLower(signature.Key.Value.AsSpan()));
                json.WriteString("signature", Convert.ToHexStringLower(signature.Signature.Span));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    public static CoSignDraft? Read(ReadOnlySpan<byte> bytes, Genesis genesis, out string? fault)
    {
        fault = null;
        if (bytes.Length > MaxBytes)
        {
            fault = $"a draft has at most {MaxBytes} bytes";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.ToArray(), new JsonDocumentOptions { MaxDepth = 8 });
            return Read(document.RootElement, genesis, out fault);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException or OverflowException)
        {
            fault = "not a draft of co-signed records: " + e.Message;
            return null;
        }
    }

    private static CoSignDraft? Read(JsonElement root, Genesis genesis, out string? fault)
    {
        fault = null;
        if (root.GetProperty("ledger_co_sign_draft").GetInt32() != Version)
        {
            fault = "the draft is of another version";
            return null;
        }

        if (root.GetProperty("channel").GetString() != genesis.Channel.ToString())
        {
            fault = "the draft is for another channel";
            return null;
        }

        var until = root.GetProperty("valid_until_ms").GetUInt64();
        if (until > Timestamp.MaxUnixMilliseconds) throw new FormatException("valid_until_ms is out of range");
        var records = new List<EvidenceRecord>();
        var recordBytes = new List<byte[]>();
        foreach (var item in root.GetProperty("records").EnumerateArray().Take(EvidenceLimits.RecordsPerTransaction + 1))
        {
            var encoded = item.GetBytesFromBase64();
            if (!EvidenceRecord.TryDecode(encoded, out var record, out var error))
                throw new FormatException($"record {records.Count} is malformed: {error}");
            recordBytes.Add(encoded);
            records.Add(record);
        }

        return new CoSignDraft(
            genesis, new Timestamp(until), [.. recordBytes], records,
            [.. Bounded(root, "parties").Select(p => p.GetString()!).Distinct().Order(StringComparer.Ordinal)],
            [.. Bounded(root, "signatures").Select(Signature).DistinctBy(s => s.Member)
                .OrderBy(s => s.Member, StringComparer.Ordinal)]);
    }

    private static IEnumerable<JsonElement> Bounded(JsonElement root, string name) =>
        root.GetProperty(name).EnumerateArray().Take(Core.Evidence.CoSigning.MaxParties + 1);

    private static CoSignature Signature(JsonElement item)
    {
        var key = Convert.FromHexString(item.GetProperty("key").GetString()!);
        var signature = Convert.FromHexString(item.GetProperty("signature").GetString()!);
        if (key.Length != Hash256.Size || signature.Length != CryptoSuite.SignatureSize)
            throw new FormatException("a signature has the wrong length");
        return new CoSignature(item.GetProperty("member").GetString()!, new KeyId(new Hash256(key)), signature);
    }
}
