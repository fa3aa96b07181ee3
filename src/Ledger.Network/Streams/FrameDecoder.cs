namespace Ledger.Network.Streams;

/// <summary>
/// Cuts a byte stream into frames: unsigned varint length, then that many bytes. Each frame is an array of its own, so
/// whoever receives it may keep it.
/// </summary>
/// <remarks>Not thread-safe. Holds at most one frame; its buffer grows with what arrived, never with what was
/// announced.
/// </remarks>
internal sealed class FrameDecoder(int maxFrameBytes)
{
    private const int FirstBuffer = 64 * 1024;

    private readonly byte[] _header = new byte[UVarint.MaxSize];
    private int _headerSize;

    // The frame under way: null between frames. Invariant: _filled <= _body.Length <= _length <= maxFrameBytes.
    private byte[]? _body;
    private int _length;
    private int _filled;

    /// <summary>True when the stream may end here.</summary>
    public bool IsBetweenFrames => _body is null && _headerSize == 0;

    /// <summary>
    /// Takes bytes from the front of <paramref name="input"/> until a frame is whole; false when all were taken and
    /// none is.
    /// </summary>
    /// <exception cref="WireException">The length is malformed or too large.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> input, out byte[] frame)
    {
        frame = [];
        if (_body is null && !TryReadLength(ref input)) return false;
        Fill(ref input);
        if (_filled < _length) return false;
        frame = _body!;
        _body = null;
        return true;
    }

    private bool TryReadLength(ref ReadOnlySpan<byte> input)
    {
        int length;
        while (true)
        {
            if (input.IsEmpty) return false;
            _header[_headerSize++] = input[0];
            input = input[1..];
            if (UVarint.TryRead(_header.AsSpan(0, _headerSize), out length, out _)) break;
        }

        if (length > maxFrameBytes)
            throw new WireException(WireFault.FrameTooLarge, $"a frame of {length} bytes exceeds {maxFrameBytes}");
        _headerSize = 0;
        _length = length;
        _filled = 0;
        _body = length == 0 ? [] : new byte[Math.Min(length, FirstBuffer)];
        return true;
    }

    private void Fill(ref ReadOnlySpan<byte> input)
    {
        while (_filled < _length && !input.IsEmpty)
        {
            if (_filled == _body!.Length) Array.Resize(ref _body, (int)Math.Min(_length, 2L * _body.Length));
            var take = Math.Min(input.Length, _body.Length - _filled);
            input[..take].CopyTo(_body.AsSpan(_filled));
            input = input[take..];
            _filled += take;
        }
    }
}
