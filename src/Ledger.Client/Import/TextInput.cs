using System.Text;

namespace Ledger.Client.Import;

/// <summary>
/// Characters of a UTF-8 file with their line numbers, without a byte order mark. Bytes that are not UTF-8, and a damaged
/// archive, are refused with the line on which they are met. Not thread-safe.
/// </summary>
internal sealed class TextInput(Stream stream) : IDisposable
{
    private const char ByteOrderMark = '\uFEFF';

    // The mark of another encoding is not looked for: what is not UTF-8 must be refused, not guessed.
    private readonly StreamReader _reader = new(
        stream,
        new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
        detectEncodingFromByteOrderMarks: false);

    private readonly char[] _buffer = new char[16 << 10];
    private int _position;
    private int _length;
    private bool _hasBegun;

    /// <summary>The line of the next character, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The next character without taking it; -1 at the end.</summary>
    public int Peek()
    {
        if (_position < _length) return _buffer[_position];
        Fill();
        if (_position == _length && _length > 0) Fill();
        return _length == 0 ? -1 : _buffer[_position];
    }

    /// <summary>Takes the next character; -1 at the end.</summary>
    public int Take()
    {
        var c = Peek();
        if (c < 0) return c;
        _position++;
        if (c == '\n') Line++;
        return c;
    }

    /// <summary>Takes a whole line without its end; null at the end of the file.</summary>
    public string? TakeLine()
    {
        if (Peek() < 0) return null;
        var line = Line;
        var text = new StringBuilder();
        for (var c = Take(); c is not (-1 or '\n'); c = Take())
        {
            if (text.Length == ImportLimits.RowCharacters)
                throw new ImportException(
                    line, null, $"the line is longer than {ImportLimits.RowCharacters} characters");
            text.Append((char)c);
        }

        if (text.Length > 0 && text[^1] == '\r') text.Length--;
        return text.ToString();
    }

    public void Dispose() => _reader.Dispose();

    private void Fill()
    {
        _position = 0;
        _length = 0;
        try
        {
            _length = _reader.Read(_buffer, 0, _buffer.Length);
            if (!_hasBegun && _length > 0 && _buffer[0] == ByteOrderMark) _position = 1;
            _hasBegun = true;
        }
        catch (DecoderFallbackException fault)
        {
            throw new ImportException(
                Line, null, "at or after this line the file is not UTF-8; convert it first, as with "
                    + "'iconv -f GB18030 -t UTF-8'", fault);
        }
        catch (InvalidDataException fault)
        {
            throw new ImportException(Line, null, $"the compressed file is damaged or cut off: {fault.Message}", fault);
        }
    }
}
