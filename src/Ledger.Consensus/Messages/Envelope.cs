using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;

namespace Ledger.Consensus.Messages;

/// <summary>An envelope's fields, read and not yet understood.</summary>
internal sealed record Envelope(
    MessageKind Kind,
    ValidatorIndex Signer,
    byte[] Payload,
    byte[] Signature,
    IReadOnlyList<byte[]> Attachments)
{
    public static bool TryRead(
        ReadOnlySpan<byte> bytes,
        MessageLimits limits,
        [NotNullWhen(true)] out Envelope? envelope,
        out DecodeError error)
    {
        envelope = null;
        var reader = new CanonicalReader(bytes);
        var kind = (MessageKind)reader.UInt32(1, (uint)MessageKind.StableNotice);
        var signer = new ValidatorIndex((int)reader.UInt32(2, (uint)limits.Validators - 1));
        var payload = reader.Message(3, limits.MaxMessageBytes).ToArray();
        byte[] signature = [];
        if (ConsensusMessage.IsSigned(kind)) signature = reader.FixedBytes(4, CryptoSuite.SignatureSize).ToArray();
        // At most one proposal for each height of the window.
        var attachments = new List<byte[]>();
        while (reader.IsNext(5) && attachments.Count < limits.Window)
            attachments.Add(reader.Message(5, limits.MaxProposalBytes).ToArray());
        var ok = reader.End();
        error = reader.Error;
        if (ok) envelope = new Envelope(kind, signer, payload, signature, attachments);
        return ok;
    }
}
