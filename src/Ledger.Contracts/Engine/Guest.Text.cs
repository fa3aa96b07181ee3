using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Ledger.Contracts.Engine.QuickJs;

namespace Ledger.Contracts.Engine;

/// <summary>Texts on their way between script and host: UTF-8 in guest memory, UTF-16 on either side.</summary>
internal sealed partial class Guest
{
    /// <summary>Longest text that crosses, in bytes of UTF-8.</summary>
    public const int MaxTextBytes = 4 << 20;

    /// <summary>Gas for each byte that crosses: the copy on the host's side.</summary>
    public const int GasPerTextByte = 2;

    // The most that a UTF-16 unit takes in UTF-8, and in a JSON escape.
    private const int Utf8PerUnit = 3;

    /// <summary>A new string of the script's world.</summary>
    private int NewText(string text)
    {
        if (text.Length > MaxTextBytes) throw new GuestTextException("TEXT_TOO_LONG", "a text is too long for a script");
        Charge((long)text.Length * GasPerTextByte);
        return HoldsOddUnits(text) ? NewTextByJson(text) : NewPlainText(text);
    }

    private int NewPlainText(string text)
    {
        var room = checked((text.Length * Utf8PerUnit) + 1);
        if (room <= ScratchBytes)
        {
            WriteScratch(text);
            return Made(_exports.NewString(_handles.Context, _handles.Scratch));
        }

        var buffer = WriteNew(text, out _);
        var value = Made(_exports.NewString(_handles.Context, buffer));
        _exports.Free(buffer);
        return value;
    }

    // U+0000 would end the text, and half a surrogate pair has no UTF-8: such texts come in as JSON, which escapes
    // both.
    private int NewTextByJson(string text)
    {
        var json = new StringBuilder(text.Length + 16).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var unit = text[i];
            var isPair = char.IsHighSurrogate(unit) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (isPair) json.Append(unit).Append(text[++i]);
            else if (unit < ' ' || unit is '"' or '\\' || char.IsSurrogate(unit)) json.Append($"\\u{(int)unit:x4}");
            else json.Append(unit);
        }

        var source = NewPlainText(json.Append('"').ToString());
        var value = Made(Call(_handles.Parse, source));
        _exports.FreeValue(_handles.Context, source);
        return value;
    }

    /// <summary>The text of a string of the script's world.</summary>
    private string ReadText(int value)
    {
        var text = _exports.GetText(_handles.Context, value);
        if (text == 0) throw new GuestMemoryException();
        var length = _instance.ReadInt32(Address(text) - QuickJsValue.LengthBefore) & QuickJsValue.LengthMask;
        if (length > MaxTextBytes) throw new GuestTextException("TEXT_TOO_LONG", "a text is too long for the ledger");
        Charge((long)length * GasPerTextByte);
        var bytes = _instance.Memory(Address(text), Address(length));
        if (!Utf8.IsValid(bytes))
            throw new GuestTextException("TEXT_NOT_UNICODE", "a text has half of a surrogate pair");
        var read = Encoding.UTF8.GetString(bytes);
        _exports.FreeText(_handles.Context, text);
        return read;
    }

    // Into new guest memory, with a zero byte at the end; the caller frees it.
    private int WriteNew(string text, out int length)
    {
        length = Encoding.UTF8.GetByteCount(text);
        var buffer = NotZero(_exports.Allocate(length + 1));
        var bytes = _instance.Memory(Address(buffer), Address(length + 1));
        Encoding.UTF8.GetBytes(text, bytes);
        bytes[^1] = 0;
        return buffer;
    }

    private void WriteScratch(string text)
    {
        var bytes = _instance.Memory(Address(_handles.Scratch), ScratchBytes);
        bytes[Encoding.UTF8.GetBytes(text, bytes)] = 0;
    }

    private static bool HoldsOddUnits(string text)
    {
        if (text.Contains('\0')) return true;
        var firstSurrogate = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        if (firstSurrogate < 0) return false;
        for (var rest = text.AsSpan(firstSurrogate); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var units) != OperationStatus.Done) return true;
            rest = rest[units..];
        }

        return false;
    }

    // What makes a string gives an exception when there was no memory for it.
    private int Made(int value) =>
        value != 0 && Tag(value) != QuickJsValue.Exception ? value : throw new GuestMemoryException();
}
