namespace Ledger.Network.Muxing;

/// <summary>What <see cref="YamuxDecoder"/> finds, in wire order.</summary>
internal interface IYamuxFrames
{
    /// <summary>A well-formed header; the body of a data frame follows.</summary>
    void OnHeader(in YamuxHeader header);

    /// <summary>The next piece of the data frame's body, valid during the call.</summary>
    void OnBody(ReadOnlySpan<byte> piece);

    /// <summary>The frame is whole: now its closing flags count.</summary>
    void OnFrameEnd(in YamuxHeader header);
}

/// <summary>
/// Cuts the bytes of a connection into yamux frames, however they were split on the way. Bodies are handed on as they
/// come, so that nothing is buffered here but a partial header.
/// </summary>
/// <remarks>Not thread-safe; owned by the session's read loop.</remarks>
internal sealed class YamuxDecoder(IYamuxFrames frames)
{
    private readonly byte[] _partial = new byte[YamuxHeader.Size];
    private int _partialSize;
    private YamuxHeader _header;
    private uint _bodyLeft;

    /// <exception cref="Streams.WireException">The bytes are not yamux, or the receiver refused a frame.</exception>
    public void Feed(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty)
        {
            if (_bodyLeft > 0)
                FeedBody(ref input);
            else
                FeedHeader(ref input);
        }
    }

    private void FeedHeader(ref ReadOnlySpan<byte> input)
    {
        var take = Math.Min(input.Length, YamuxHeader.Size - _partialSize);
        input[..take].CopyTo(_partial.AsSpan(_partialSize));
        input = input[take..];
        _partialSize += take;
        if (_partialSize < YamuxHeader.Size) return;

        _partialSize = 0;
        _header = YamuxHeader.Read(_partial);
        _bodyLeft = _header.Type == YamuxType.Data ? _header.Length : 0;
        frames.OnHeader(_header);
        if (_bodyLeft == 0) frames.OnFrameEnd(_header);
    }

    private void FeedBody(ref ReadOnlySpan<byte> input)
    {
        var take = (int)Math.Min((uint)input.Length, _bodyLeft);
        frames.OnBody(input[..take]);
        input = input[take..];
        _bodyLeft -= (uint)take;
        if (_bodyLeft == 0) frames.OnFrameEnd(_header);
    }
}
