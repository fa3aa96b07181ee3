using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Encoding;

namespace Ledger.Core.Contracts;

/// <summary>
/// What was deployed as one version of a contract (<c>ledger.core.v1.ContractVersion</c>): the value in
/// <see cref="Ledger.Core.State.StateNamespaces.ContractSources"/>, which stays for ever. Canonical; immutable.
/// </summary>
/// <param name="Source">The ES module in UTF-8.</param>
/// <param name="Schema">The JSON schema of its functions in UTF-8.</param>
public sealed record ContractVersion(ReadOnlyMemory<byte> Source, ReadOnlyMemory<byte> Schema)
{
    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Source.Length + Schema.Length + 16);
        writer.Bytes(1, Source.Span);
        writer.Bytes(2, Schema.Span);
        return writer.ToArray();
    }

    /// <summary>Decodes a version. Its parts are copies.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ContractVersion? version, out DecodeError error)
    {
        version = null;
        var reader = new CanonicalReader(bytes);
        var source = reader.Bytes(1, ContractLimits.SourceBytes).ToArray();
        var schema = reader.Bytes(2, ContractLimits.SchemaBytes).ToArray();
        if (reader.Ok && source.Length == 0) reader.Fail(DecodeErrorKind.MissingField, 1);
        if (reader.Ok && schema.Length == 0) reader.Fail(DecodeErrorKind.MissingField, 2);
        var ok = reader.End();
        error = reader.Error;
        if (ok) version = new ContractVersion(source, schema);
        return ok;
    }
}
