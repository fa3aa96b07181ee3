using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Ledger.Core.Crypto;

namespace Ledger.Core.Fingerprints;

/// <summary>The JSON form of fingerprints and disclosures. docs/spec/fingerprint.md, section 7.</summary>
/// <remarks>
/// Reading is strict: unknown, repeated and missing fields are refused. Stateless and safe for concurrent use.
/// </remarks>
public static class FingerprintJson
{
    private const string FingerprintFormat = Fingerprint.DigestAlgorithm;
    private const string DisclosureFormat = "ledger-disclosure/1";

    // Base64 of the largest disclosure, its leaf hashes in hexadecimal, and field names.
    private const int MaxTextSize = 128 << 20;

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes a fingerprint as UTF-8 JSON.</summary>
    public static byte[] Write(Fingerprint fingerprint) => Write(json =>
    {
        json.WriteString("format", FingerprintFormat);
        WriteFields(json, fingerprint);
    });

    /// <summary>Writes a disclosure as UTF-8 JSON.</summary>
    public static byte[] Write(Disclosure disclosure) => Write(json =>
    {
        json.WriteString("format", DisclosureFormat);
        json.WriteStartObject("fingerprint");
        WriteFields(json, disclosure.Fingerprint);
        json.WriteEndObject();
        json.WriteNumber("first", disclosure.FirstIndex);
        if (disclosure.Header is { } header)
        {
            json.WriteStartObject("header");
            WriteRecord(json, header);
            json.WriteEndObject();
        }

        json.WriteStartArray("records");
        foreach (var record in disclosure.Records)
        {
            json.WriteStartObject();
            WriteRecord(json, record);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteHashes(json, "leaf_hashes", disclosure.LeafHashes);
        WriteHashes(json, "proof", disclosure.Proof);
    });

    /// <summary>Reads a fingerprint from UTF-8 JSON; on refusal <paramref name="fault"/> says why.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> utf8,
        [NotNullWhen(true)] out Fingerprint? fingerprint,
        [NotNullWhen(false)] out string? fault)
    {
        fingerprint = Read(utf8, out fault, (json, root) =>
        {
            json.Object(
                root, "fingerprint",
                "format", "rule", "algorithm", "salt_size", "chunk_size", "delimiter", "records", "root",
                "header_digest");
            ReadFormat(json, root, FingerprintFormat);
            return ReadFields(json, root);
        });
        return fingerprint is not null;
    }

    /// <summary>Reads a disclosure from UTF-8 JSON; on refusal <paramref name="fault"/> says why.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> utf8,
        [NotNullWhen(true)] out Disclosure? disclosure,
        [NotNullWhen(false)] out string? fault)
    {
        disclosure = Read(utf8, out fault, ReadDisclosure);
        return disclosure is not null;
    }

    private static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteFields(Utf8JsonWriter json, Fingerprint fingerprint)
    {
        var parameters = fingerprint.Parameters;
        json.WriteString("rule", NameOf(parameters.Rule));
        json.WriteString("algorithm", fingerprint.Algorithm);
        json.WriteNumber("salt_size", parameters.SaltSize);
        if (parameters.Rule == FingerprintRule.Chunks) json.WriteNumber("chunk_size", parameters.ChunkSize);
        if (parameters.Rule == FingerprintRule.Csv)
            json.WriteString("delimiter", ((char)parameters.Delimiter).ToString());
        json.WriteNumber("records", fingerprint.RecordCount);
        json.WriteString("root", fingerprint.Root.ToString());
        if (fingerprint.HeaderDigest is { } header) json.WriteString("header_digest", header.ToString());
    }

    private static void WriteRecord(Utf8JsonWriter json, SaltedRecord record)
    {
        json.WriteString("salt", Convert.ToHexStringLower(record.Salt.Span));
        json.WriteBase64String("data", record.Data.Span);
    }

    private static void WriteHashes(Utf8JsonWriter json, string name, ReadOnlySpan<Hash256> hashes)
    {
        json.WriteStartArray(name);
        foreach (ref readonly var hash in hashes) json.WriteStringValue(hash.ToString());
        json.WriteEndArray();
    }

    private static T? Read<T>(ReadOnlyMemory<byte> utf8, out string? fault, Func<StrictJson, JsonElement, T?> read)
        where T : class
    {
        var json = new StrictJson();
        T? value = null;
        if (utf8.Length > MaxTextSize) json.Fail("the text is too long");
        else json.Parse(utf8, root => value = read(json, root));
        fault = json.Fault;
        return json.Ok ? value : null;
    }

    private static void ReadFormat(StrictJson json, JsonElement root, string format)
    {
        var found = json.Text(root, "format");
        if (json.Ok && found != format) json.Fail($"format is not {format}");
    }

    private static Fingerprint? ReadFields(StrictJson json, JsonElement element)
    {
        var rule = json.Text(element, "rule") switch
        {
            "csv" => FingerprintRule.Csv,
            "lines" => FingerprintRule.Lines,
            "chunks" => FingerprintRule.Chunks,
            _ => default,
        };
        var algorithm = json.Text(element, "algorithm");
        var saltSize = json.UInt64(element, "salt_size", Hash256.Size);
        var chunkSize = json.Has(element, "chunk_size")
            ? json.UInt64(element, "chunk_size", FingerprintParameters.MaxRecordSize)
            : 0;
        var delimiter = json.Has(element, "delimiter") ? json.Text(element, "delimiter") : "";
        var records = json.UInt64(element, "records", Fingerprint.MaxRecordCount);
        var root = ReadHash(json, json.Text(element, "root"), "root");
        Hash256? header = json.Has(element, "header_digest")
            ? ReadHash(json, json.Text(element, "header_digest"), "header_digest")
            : null;
        if (!json.Ok) return null;
        var separator = delimiter.Length == 1 ? delimiter[0] : delimiter.Length == 0 ? 0UL : ulong.MaxValue;
        if (!FingerprintParameters.TryCreate(rule, saltSize, chunkSize, separator, out var parameters)
            || parameters is null
            || algorithm.Length is 0 or > Fingerprint.MaxAlgorithmLength
            || !algorithm.All(c => c is > ' ' and < '\x7f'))
            json.Fail("rule, algorithm, salt_size, chunk_size and delimiter do not fit each other");
        else if (rule == FingerprintRule.Csv != header.HasValue)
            json.Fail("header_digest belongs to the rule csv and to no other");
        else
            return new Fingerprint(parameters, algorithm, records, root, header);
        return null;
    }

    private static Disclosure? ReadDisclosure(StrictJson json, JsonElement root)
    {
        json.Object(root, "disclosure", "format", "fingerprint", "first", "header", "records", "leaf_hashes", "proof");
        ReadFormat(json, root, DisclosureFormat);
        var inner = json.Get(root, "fingerprint", JsonValueKind.Object);
        json.Object(
            inner, "fingerprint",
            "rule", "algorithm", "salt_size", "chunk_size", "delimiter", "records", "root", "header_digest");
        var fingerprint = ReadFields(json, inner);
        var first = json.UInt64(root, "first", Fingerprint.MaxRecordCount);
        SaltedRecord? header = json.Has(root, "header")
            ? ReadRecord(json, json.Get(root, "header", JsonValueKind.Object))
            : null;
        var records = new List<SaltedRecord>();
        var size = 0L;
        foreach (var element in json.Array(root, "records", Disclosure.MaxRecords))
        {
            var record = ReadRecord(json, element);
            size += record.Salt.Length + record.Data.Length + Disclosure.RecordOverhead;
            if (size > Disclosure.MaxContentSize) json.Fail("the records are too long");
            if (!json.Ok) break;
            records.Add(record);
        }

        var leafHashes = ReadHashes(json, root, "leaf_hashes", Disclosure.MaxRecords);
        var proof = ReadHashes(json, root, "proof", Disclosure.MaxProofLength);
        return json.Ok && fingerprint is not null
            ? new Disclosure(fingerprint, first, header, records, leafHashes, proof)
            : null;
    }

    private static SaltedRecord ReadRecord(StrictJson json, JsonElement element)
    {
        json.Object(element, "record", "salt", "data");
        return new SaltedRecord(
            json.Hex(element, "salt", Hash256.Size),
            json.Base64(element, "data", FingerprintParameters.MaxRecordSize));
    }

    private static Hash256[] ReadHashes(StrictJson json, JsonElement root, string name, int max) =>
    [
        .. json.Array(root, name, max).Select(element =>
        {
            if (element.ValueKind != JsonValueKind.String) json.Fail($"{name} has an element that is no text");
            return ReadHash(json, json.Ok ? element.GetString() ?? "" : "", name);
        }),
    ];

    private static Hash256 ReadHash(StrictJson json, string text, string name)
    {
        var bytes = json.Hex(text, name, Hash256.Size);
        if (json.Ok && bytes.Length != Hash256.Size) json.Fail($"{name} is not a hash");
        return json.Ok ? new Hash256(bytes) : default;
    }

    private static string NameOf(FingerprintRule rule) => rule switch
    {
        FingerprintRule.Csv => "csv",
        FingerprintRule.Lines => "lines",
        _ => "chunks",
    };
}
