using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Accountability;
using Ledger.Core.Blocks;
using Ledger.Core.Certificates;
using Ledger.Core.Encoding;
using Ledger.Storage.Faults;

namespace Ledger.Node.Wire;

/// <summary>What an audit node asks a validator. Exactly one kind a request; docs/spec/network.md.</summary>
internal abstract record AuditRequest
{
    private AuditRequest()
    {
    }

    /// <summary>"What is your newest certified block, and what time is it?"</summary>
    public sealed record Status : AuditRequest;

    /// <summary>"Headers and certificates from this height on, at most so many."</summary>
    public sealed record Headers(BlockHeight From, int Count) : AuditRequest;

    /// <summary>"Proofs of faults after this cursor."</summary>
    public sealed record Faults(ReadOnlyMemory<byte> Cursor) : AuditRequest;

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(96);
        switch (this)
        {
            case Status:
                writer.UInt64(1, 1);
                break;
            case Headers headers:
                writer.UInt64(1, 2);
                writer.UInt64(2, headers.From.Value);
                writer.UInt64(3, (ulong)headers.Count);
                break;
            case Faults faults:
                writer.UInt64(1, 3);
                writer.Bytes(4, faults.Cursor.Span);
                break;
        }

        return writer.ToArray();
    }

    /// <summary>Decodes a request; null for anything else.</summary>
    public static AuditRequest? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        AuditRequest? request = reader.UInt32(1, 3) switch
        {
            1 => new Status(),
            2 => ReadHeaders(ref reader),
            3 => new Faults(reader.Bytes(4, 64).ToArray()),
            _ => null,
        };
        if (request is Faults faults && !FaultStore.IsCursor(faults.Cursor.Span)) return null;
        return reader.End() ? request : null;
    }

    private static Headers? ReadHeaders(ref CanonicalReader reader)
    {
        var from = reader.UInt64(2);
        var count = (int)reader.UInt32(3, AuditMessages.MaxHeaders);
        return from > 0 && count > 0 ? new Headers(new BlockHeight(from), count) : null;
    }
}

/// <summary>A header and a certificate as a validator serves them. Nothing was checked.</summary>
/// <param name="HeaderBytes">The header.</param>
/// <param name="CertificateBytes">The certificate; empty where the validator has none of its own.</param>
internal sealed record ServedHeader(ReadOnlyMemory<byte> HeaderBytes, ReadOnlyMemory<byte> CertificateBytes);

/// <summary>A validator's answer to <see cref="AuditRequest.Status"/>.</summary>
/// <param name="Time">Its clock.</param>
/// <param name="Newest">Its newest certified block; null at genesis.</param>
internal sealed record ServedStatus(Timestamp Time, ServedHeader? Newest);

/// <summary>A validator's answer to <see cref="AuditRequest.Faults"/>.</summary>
/// <param name="Proofs">Encoded proofs.</param>
/// <param name="Cursor">Where the next page begins; empty when there is none.</param>
internal sealed record ServedFaults(IReadOnlyList<ReadOnlyMemory<byte>> Proofs, ReadOnlyMemory<byte> Cursor);

/// <summary>Answers of protocol <c>/ledger/audit/1</c>. Decoders take hostile bytes.</summary>
internal static class AuditMessages
{
    /// <summary>Most headers in one answer: with large certificates, below 16 MiB.</summary>
    public const int MaxHeaders = 500;

    private const int MaxProofs = 64;

    public static byte[] Encode(ServedStatus status)
    {
        var writer = new CanonicalWriter(1024);
        writer.UInt64(1, status.Time.UnixMilliseconds);
        if (status.Newest is { } newest) Append(writer, 2, newest);
        return writer.ToArray();
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ServedStatus? status)
    {
        var reader = new CanonicalReader(bytes);
        var time = new Timestamp(reader.UInt64(1, Timestamp.MaxUnixMilliseconds));
        var newest = reader.IsNext(2) ? ReadHeader(ref reader, 2) : null;
        status = reader.End() ? new ServedStatus(time, newest) : null;
        return status is not null;
    }

    public static void Append(CanonicalWriter writer, int field, ServedHeader served)
    {
        var start = writer.BeginMessage(field);
        writer.Bytes(1, served.HeaderBytes.Span);
        writer.Bytes(2, served.CertificateBytes.Span);
        writer.EndMessage(start);
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IReadOnlyList<ServedHeader>? headers)
    {
        var found = new List<ServedHeader>();
        var reader = new CanonicalReader(bytes);
        while (reader.IsNext(1) && found.Count < MaxHeaders)
        {
            if (ReadHeader(ref reader, 1) is { } header) found.Add(header);
        }

        headers = reader.End() ? found : null;
        return headers is not null;
    }

    public static byte[] Encode(ServedFaults faults)
    {
        var writer = new CanonicalWriter(4096);
        foreach (var proof in faults.Proofs) writer.Message(1, proof.Span);
        writer.Bytes(2, faults.Cursor.Span);
        return writer.ToArray();
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ServedFaults? faults)
    {
        var proofs = new List<ReadOnlyMemory<byte>>();
        var reader = new CanonicalReader(bytes);
        while (reader.IsNext(1) && proofs.Count < MaxProofs) proofs.Add(reader.Message(1, FaultProof.MaxBytes).ToArray());
        var cursor = reader.Bytes(2, 64).ToArray();
        faults = reader.End() && FaultStore.IsCursor(cursor) ? new ServedFaults(proofs, cursor) : null;
        return faults is not null;
    }

    private static ServedHeader? ReadHeader(ref CanonicalReader outer, int field)
    {
        var reader = new CanonicalReader(
            outer.Message(field, BlockHeader.MaxBytes + QuorumCertificate.MaxBytes + 16));
        var header = reader.RequiredBytes(1, BlockHeader.MaxBytes);
        var certificate = reader.Bytes(2, QuorumCertificate.MaxBytes);
        if (reader.End()) return new ServedHeader(header.ToArray(), certificate.ToArray());
        outer.Fail(reader.Error.Kind, field);
        return null;
    }
}
