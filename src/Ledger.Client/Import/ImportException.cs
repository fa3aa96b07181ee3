using System.Globalization;

namespace Ledger.Client.Import;

/// <summary>
/// A source file, a mapping file or a journal was refused. The message says where, what is wrong and what to do.
/// </summary>
public sealed class ImportException : Exception
{
    /// <summary>Creates a refusal.</summary>
    /// <param name="line">The line of the file, from 1; 0 when the fault has no place.</param>
    /// <param name="field">The field, or null when the fault is not about one.</param>
    /// <param name="reason">What is wrong, as a sentence without its place.</param>
    /// <param name="inner">The cause.</param>
    public ImportException(long line, string? field, string reason, Exception? inner = null)
        : base(Describe(line, field, reason), inner)
    {
        Line = line;
        Field = field;
        Reason = reason;
    }

    /// <summary>The line of the file, from 1; 0 when the fault has no place.</summary>
    public long Line { get; }

    /// <summary>The field that the fault is about, or null.</summary>
    public string? Field { get; }

    /// <summary>What is wrong, without its place.</summary>
    public string Reason { get; }

    private static string Describe(long line, string? field, string reason)
    {
        var place = line > 0 ? string.Create(CultureInfo.InvariantCulture, $"line {line}: ") : "";
        return field is null ? place + reason : $"{place}field '{field}': {reason}";
    }
}
