using Ledger.Cli.Output;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary>
/// The checks that <c>ledger verify</c> made, in order; the first that failed gives the exit code. Not thread-safe.
/// </summary>
internal sealed class VerifyReport(Paint paint)
{
    private readonly List<(bool Ok, string Name, string Detail)> _checks = [];

    /// <summary>0 while no check has failed.</summary>
    public int ExitCode { get; private set; }

    public void Pass(string name, string detail) => _checks.Add((true, name, detail));

    public void Fail(int exitCode, string name, string detail)
    {
        _checks.Add((false, name, detail));
        if (ExitCode == ExitCodes.Ok) ExitCode = exitCode;
    }

    /// <summary>Says every check, and what a valid receipt of evidence proves.</summary>
    public void Say(Result result, ReceiptContent? content) => result.Say(
        lines =>
        {
            foreach (var (ok, name, detail) in _checks)
                lines.WriteLine($"{(ok ? paint.Good("ok    ") : paint.Bad("WRONG "))} {name}: {detail}");
            if (ExitCode != ExitCodes.Ok)
            {
                lines.WriteLine(paint.Bad("INVALID"));
                return;
            }

            lines.WriteLine(paint.Good("VALID"));
            if (content is null) return;
            lines.WriteLine($"  anchored by '{content.Leaf.Member}' at {content.Leaf.Time} (consensus time)");
            EvidenceOutput.Lines(lines, content.Record);
        },
        json =>
        {
            json.WriteBoolean("valid", ExitCode == ExitCodes.Ok);
            json.WriteNumber("exit_code", ExitCode);
            json.WriteStartArray("checks");
            foreach (var (ok, name, detail) in _checks)
            {
                json.WriteStartObject();
                json.WriteString("check", name);
                json.WriteBoolean("ok", ok);
                json.WriteString("detail", detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (content is null) return;
            json.WriteString("id", content.Leaf.Id.ToString());
            json.WriteString("member", content.Leaf.Member);
            json.WriteString("time", content.Leaf.Time.ToString());
            json.WriteNumber("log_index", content.Index.Value);
            json.WriteNumber("subject_sequence", content.Leaf.SubjectSequence);
            EvidenceOutput.Write(json, "record", content.Record);
        });
}
