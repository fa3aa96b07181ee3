using System.Security.Cryptography;

namespace Ledger.Node.WebConsole;

/// <summary>One file of the console, as the build embedded it. Immutable.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Brotli">The same, compressed; empty when the build did not.</param>
/// <param name="Gzip">Likewise.</param>
/// <param name="ContentType">Media type.</param>
/// <param name="HasHashedName">Whether its name changes with its content, so that it may be kept for ever.</param>
internal sealed record ConsoleFile(
    ReadOnlyMemory<byte> Content,
    ReadOnlyMemory<byte> Brotli,
    ReadOnlyMemory<byte> Gzip,
    string ContentType,
    bool HasHashedName)
{
    /// <summary>Names the content, so that a browser that has it is told so in a few bytes.</summary>
    public string ETag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Content.Span).AsSpan(0, 16))}\"";
}
