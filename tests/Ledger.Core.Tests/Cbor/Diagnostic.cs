using System.Numerics;
using Ledger.Core.Cbor;

namespace Ledger.Core.Tests.Cbor;

/// <summary>The diagnostic notation of RFC 8949 section 8, as far as the tests need it.</summary>
internal static class Diagnostic
{
    public static string Of(CborValue value) => value.Kind switch
    {
        CborKind.Unsigned => $"{value.Argument}",
        CborKind.Negative => $"{-BigInteger.One - value.Argument}",
        CborKind.Bytes => $"h'{Convert.ToHexStringLower(value.Bytes.Span)}'",
        CborKind.Text => $"\"{value.Text}\"",
        CborKind.Array => $"[{string.Join(", ", value.Items.Select(Of))}]",
        CborKind.Map => "{" + string.Join(", ", value.Entries.Select(e => $"{Of(e.Key)}: {Of(e.Value)}")) + "}",
        CborKind.Tag => $"{value.Argument}({Of(value.Items[0])})",
        CborKind.False => "false",
        CborKind.True => "true",
        _ => "null",
    };
}
