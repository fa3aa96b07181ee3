using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Contracts;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Membership;

namespace Ledger.Contracts.Runtime.Host;

/// <summary><c>ctx.evidence</c>.</summary>
internal static class EvidenceHost
{
    private const int DefaultLeaves = 20;
    private const int MaxLeaves = 100;

    // Leaves read before they are charged.
    private const int Batch = 4;

    public static string Get(Session session, in HostCall call)
    {
        call.Charge(GasSchedule.EvidenceRead);
        if (!EvidenceId.TryParse(call.Text(0, "id"), out var id)) throw HostCall.Invalid("id is not an evidence id");
        if (session.Ledger.Evidence(id) is not { } leaf) return "null";
        var json = new JsonText();
        EvidenceText.Write(json, leaf);
        return json.ToString();
    }

    public static string ByDigest(Session session, in HostCall call)
    {
        var text = call.Text(0, "value");
        if (text.Length is 0 or > 2 * EvidenceLimits.DigestBytes || text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit))
            throw HostCall.Invalid("value is a digest in hexadecimal");
        var digest = Convert.FromHexString(text);
        var from = call.Number(1, "from", 0, 0, JsonRules.MaxInteger);
        var limit = (int)call.Number(2, "limit", DefaultLeaves, 1, MaxLeaves);
        return List(call, limit, from, (at, count) => session.Ledger.EvidenceByDigest(digest, at, count), l => l.Index + 1);
    }

    public static string Timeline(Session session, in HostCall call)
    {
        var subject = call.Text(0, "subject");
        var after = call.Number(1, "after", 0, 0, JsonRules.MaxInteger);
        var limit = (int)call.Number(2, "limit", DefaultLeaves, 1, MaxLeaves);
        if (JsonRules.Utf8Of(subject) is not { Length: <= EvidenceLimits.IdentifierBytes })
            throw HostCall.Invalid("subject is too long, or no text");
        return List(
            call, limit, after, (at, count) => session.Ledger.Timeline(subject, at, count), l => l.Leaf.SubjectSequence);
    }

    public static string Append(Session session, Frame frame, in HostCall call)
    {
        var text = call.Text(0, "record");
        call.Charge(
            GasSchedule.EvidenceAppend + (text.Length * GasSchedule.WriteByte) + GasSchedule.OfJson(text));
        var record = EvidenceText.Read(text, "contract/" + frame.Name, out var fault);
        if (record is null) throw new ScriptHostException("INVALID_RECORD", fault);
        byte[] bytes;
        try
        {
            bytes = record.Encode();
        }
        catch (ArgumentException error)
        {
            throw new ScriptHostException("INVALID_RECORD", error.Message);
        }

        RequireAllowed(session, frame, record);
        if (session.Records.Count == ContractLimits.Records)
        {
            throw new ScriptHostException(
                "TOO_MANY_RECORDS", $"a transaction's contracts append at most {ContractLimits.Records} records");
        }

        EventHost.Take(session, bytes.Length);
        session.Records.Add(bytes);
        return new EvidenceId(session.Id, (uint)(session.Records.Count - 1)).ToString();
    }

    // The role is the sender's, who asked for this, or the owner's, who vouches for the contract.
    private static void RequireAllowed(Session session, Frame frame, EvidenceRecord record)
    {
        var verdict = EvidenceCatalogue.Check(record);
        if (!verdict.IsAccepted)
            throw new ScriptHostException("INVALID_RECORD", verdict.Detail ?? verdict.Refusal.ToString());
        if (Holds(session.Origin) || Holds(session.Ledger.Member(frame.Record.Owner))) return;
        throw new ScriptHostException(
            "NOT_ALLOWED",
            $"{record.Type}: neither the member that signed nor the contract's owner holds the role '{record.Role}'");

        bool Holds(Member? member) => member?.HasRole(record.Role) == true;
    }

    private static string List(
        in HostCall call, int limit, ulong from, Func<ulong, int, IReadOnlyList<ContractLeaf>> read,
        Func<ContractLeaf, ulong> next)
    {
        call.Charge(GasSchedule.EvidenceRead);
        var json = new JsonText().Open('[');
        for (var left = limit; left > 0;)
        {
            var wanted = Math.Min(Batch, left);
            var leaves = read(from, wanted);
            foreach (var leaf in leaves)
            {
                call.Charge(GasSchedule.EvidenceRead);
                EvidenceText.Write(json, leaf);
                from = next(leaf);
                left--;
            }

            if (leaves.Count < wanted) break;
        }

        return json.Close(']').ToString();
    }
}
