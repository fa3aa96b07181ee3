using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Receipts;

namespace Ledger.Core.Accountability;

/// <summary>
/// A fault proof as text: the same values, bytes in hexadecimal. Reading is strict; there is nothing beside what the
/// binary form has.
/// </summary>
/// <remarks>Stateless and safe for concurrent use. docs/spec/accountability.md.</remarks>
public static class FaultProofJson
{
    /// <summary>The value of the property <c>format</c>.</summary>
    public const string Format = "ledger-fault/1";

    /// <summary>Largest document in bytes: hexadecimal doubles the binary form.</summary>
    public const int MaxBytes = (2 * FaultProof.MaxBytes) + (1 << 20);

    private const int MaxDepth = 8;

    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();

    /// <summary>The name of a kind: in files, in the API, as the tag of metrics.</summary>
    public static string NameOf(FaultKind kind) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(kind.ToString());

    /// <summary>Reads a file: JSON when the first byte that is not white space is a brace, else binary.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> file, [NotNullWhen(true)] out FaultProof? proof, [NotNullWhen(false)] out string? error)
    {
        if (file.TrimStart(" \t\r\n"u8).StartsWith("{"u8)) return TryParse(file, out proof, out error);
        error = FaultProof.TryDecode(file, out proof, out var fault) ? null : $"the proof is not canonical: {fault}";
        return error is null;
    }

    /// <summary>Parses a document. The error is a sentence that begins with the path of the value at fault.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out FaultProof? proof, [NotNullWhen(false)] out string? error)
    {
        proof = null;
        var errors = new StrictJsonErrors();
        using var document = StrictJsonObject.Parse(utf8, MaxBytes, MaxDepth, errors);
        if (document is not null) proof = Read(new StrictJsonObject(document.RootElement, "$", errors), errors);
        error = errors.First;
        return error is null;
    }

    /// <summary>Writes a document, indented, in UTF-8 with a newline at the end.</summary>
    public static byte[] Write(FaultProof proof)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            WriteTo(writer, proof);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the object into a larger document.</summary>
    public static void WriteTo(Utf8JsonWriter writer, FaultProof proof)
    {
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WriteString("channel", proof.Channel.ToString());
        writer.WriteNumber("epoch", proof.Epoch.Value);
        writer.WriteString("kind", NameOf(proof.Kind));
        writer.WriteString("culprit", Convert.ToHexStringLower(proof.Culprit.Span));
        WriteStatement(writer, "first", proof.First);
        WriteStatement(writer, "second", proof.Second);
        EpochChangeJson.Write(writer, proof.EpochChanges);
        writer.WriteEndObject();
    }

    private static FaultProof? Read(StrictJsonObject root, StrictJsonErrors errors)
    {
        if (root.Text("format", 64) != Format) root.Fail("format", $"must be \"{Format}\"");
        var channel = root.FixedHex("channel", Hash256.Size);
        var epoch = root.Number("epoch", ulong.MaxValue);
        var name = root.Text("kind", 64);
        var kind = Array.Find(Kinds, k => k != FaultKind.None && NameOf(k) == name);
        if (kind == FaultKind.None) root.Fail("kind", "is not a kind of fault that this version knows");
        var culprit = root.FixedHex("culprit", CryptoSuite.PublicKeySize);
        var first = ReadStatement(root.Object("first"));
        var second = ReadStatement(root.Object("second"));
        var changes = EpochChangeJson.Read(root);
        root.End();
        if (errors.First is not null) return null;
        return new FaultProof
        {
            Channel = new ChannelId(new Hash256(channel)),
            Epoch = new Epoch(epoch),
            Kind = kind,
            Culprit = culprit,
            First = first,
            Second = second,
            EpochChanges = changes,
        };
    }

    private static SignedStatement ReadStatement(StrictJsonObject json)
    {
        var statement = json.RequiredHex("statement", SignedStatement.MaxStatementBytes);
        var signature = json.FixedHex("signature", CryptoSuite.SignatureSize);
        json.End();
        return new SignedStatement(statement, signature);
    }

    private static void WriteStatement(Utf8JsonWriter writer, string name, SignedStatement statement)
    {
        writer.WriteStartObject(name);
        writer.WriteString("statement", Convert.ToHexStringLower(statement.Statement.Span));
        writer.WriteString("signature", Convert.ToHexStringLower(statement.Signature.Span));
        writer.WriteEndObject();
    }
}
