namespace Ledger.Client.Import;

/// <summary>
/// Passes a document on and counts what was read since the last mark: an XML reader takes a whole start tag into memory,
/// whatever its length. Not thread-safe.
/// </summary>
internal sealed class ElementGuard(Stream inner) : Stream
{
    private long _sinceMark;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Begins to count anew.</summary>
    public void Mark() => _sinceMark = 0;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="ElementTooLongException">Too much was read since the last mark.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_sinceMark > ImportLimits.ElementBytes) throw new ElementTooLongException();
        var read = inner.Read(buffer);
        _sinceMark += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A tag or a comment of a document is longer than <see cref="ImportLimits.ElementBytes"/>.</summary>
internal sealed class ElementTooLongException() : IOException("a tag is too long");
