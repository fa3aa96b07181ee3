using System.Text;

namespace Ledger.Network.Streams;

/// <summary>
/// multistream-select 1.0: both sides name the protocol of the negotiation, then one side proposes and the other
/// repeats the proposal or says "na". Every line is a varint length, text, and a newline.
/// </summary>
/// <remarks>
/// Stateless. Reads exactly the bytes of its lines, since what follows belongs to the next layer. libp2p specs,
/// connections/README.md.
/// </remarks>
internal static class Multistream
{
    /// <summary>
    /// No line is longer than this, length and newline included; longer ones are refused before they are read.
    /// </summary>
    public const int MaxLine = 1024;

    private const string Header = "/multistream/1.0.0";
    private const string NotAvailable = "na";
    private const int MaxProposals = 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes with which a dialer opens: the header and its one proposal.</summary>
    public static byte[] Opening(string protocol) => [.. Encode(Header), .. Encode(protocol)];

    /// <summary>Proposes one protocol; false when the other side does not speak it.</summary>
    /// <exception cref="WireException">The other side does not speak multistream-select.</exception>
    public static async Task<bool> DialAsync(Stream stream, string protocol, CancellationToken stop)
    {
        await stream.WriteAsync(Opening(protocol), stop).ConfigureAwait(false);
        return await ReadAnswerAsync(stream, protocol, stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads the answer to <see cref="Opening"/>, for dialers that send more behind it without waiting.
    /// </summary>
    public static async Task<bool> ReadAnswerAsync(Stream stream, string protocol, CancellationToken stop)
    {
        await ExpectHeaderAsync(stream, stop).ConfigureAwait(false);
        var answer = await ReadLineAsync(stream, MaxLine, stop).ConfigureAwait(false);
        if (answer == protocol) return true;
        return answer == NotAvailable ? false : throw Bad("neither the proposal nor a refusal");
    }

    /// <summary>
    /// Answers proposals until one is spoken here; null when the other side gave up or proposed too many.
    /// </summary>
    /// <exception cref="WireException">The other side does not speak multistream-select.</exception>
    public static async Task<string?> ListenAsync(Stream stream, Func<string, bool> isSpoken, CancellationToken stop)
    {
        await ExpectHeaderAsync(stream, stop).ConfigureAwait(false);
        await stream.WriteAsync(Encode(Header), stop).ConfigureAwait(false);
        for (var proposal = 0; proposal < MaxProposals; proposal++)
        {
            var protocol = await ReadLineAsync(stream, MaxLine, stop).ConfigureAwait(false);
            if (isSpoken(protocol))
            {
                await stream.WriteAsync(Encode(protocol), stop).ConfigureAwait(false);
                return protocol;
            }

            await stream.WriteAsync(Encode(NotAvailable), stop).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>One line with its length and newline.</summary>
    internal static byte[] Encode(string line)
    {
        var text = Utf8.GetBytes(line + "\n");
        Span<byte> length = stackalloc byte[UVarint.MaxSize];
        return [.. length[..UVarint.Write(length, text.Length)], .. text];
    }

    private static async Task ExpectHeaderAsync(Stream stream, CancellationToken stop)
    {
        // Nothing longer can be the header: other protocols are refused by their first byte, not waited for.
        if (await ReadLineAsync(stream, Header.Length + 1, stop).ConfigureAwait(false) != Header)
            throw Bad("the stream does not open with " + Header);
    }

    private static async Task<string> ReadLineAsync(Stream stream, int maxLength, CancellationToken stop)
    {
        var line = new byte[MaxLine];
        var have = 0;
        int length;
        do
        {
            await ReadExactlyAsync(stream, line.AsMemory(have, 1), stop).ConfigureAwait(false);
            have++;
        }
        while (!UVarint.TryRead(line.AsSpan(0, have), out length, out _));

        if (length == 0 || length > maxLength) throw Bad("the line is empty or too long");
        await ReadExactlyAsync(stream, line.AsMemory(0, length), stop).ConfigureAwait(false);
        if (line[length - 1] != (byte)'\n') throw Bad("the line does not end in a newline");
        try
        {
            return Utf8.GetString(line, 0, length - 1);
        }
        catch (DecoderFallbackException)
        {
            throw Bad("the line is not UTF-8");
        }
    }

    private static async Task ReadExactlyAsync(Stream stream, Memory<byte> into, CancellationToken stop)
    {
        if (await stream.ReadAtLeastAsync(into, into.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false)
            < into.Length)
        {
            throw new WireException(WireFault.Truncated, "the stream ended during the negotiation");
        }
    }

    private static WireException Bad(string message) => new(WireFault.BadMultistream, message);
}
