using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Runtime.Host;

/// <summary><c>ctx.crypto</c>.</summary>
internal static class CryptoHost
{
    public static string Sha256(in HostCall call)
    {
        var text = call.Text(0, "text");
        call.Charge(text.Length * GasSchedule.HashByte);
        return Core.Crypto.Sha256.Instance.Hash(Utf8(text)).ToString();
    }

    public static string Verify(Session session, in HostCall call)
    {
        var key = Hex(call.Text(0, "publicKey"), CryptoSuite.PublicKeySize);
        var text = call.Text(1, "text");
        var signature = Hex(call.Text(2, "signature"), CryptoSuite.SignatureSize);
        call.Charge(GasSchedule.Signature + (text.Length * GasSchedule.HashByte));
        return key is not null && signature is not null && session.Options.Suite.TryParsePublicKey(key, out var parsed)
            && session.Options.Suite.Verify(parsed, DomainTag.ContractMessage, Utf8(text), signature)
                ? "true"
                : "false";
    }

    private static byte[] Utf8(string text) => JsonRules.Utf8Of(text) ?? throw HostCall.Invalid("text is not Unicode");

    // Null when it is something else: not a valid signature then, and no error.
    private static byte[]? Hex(string text, int length) =>
        text.Length == 2 * length && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
}
