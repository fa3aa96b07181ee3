using Ledger.Core.Membership;

namespace Ledger.Contracts.Runtime;

/// <summary>The data of <c>ctx</c>: what does not change during a run.</summary>
internal static class ContextText
{
    /// <summary>The context of the session's innermost frame.</summary>
    /// <param name="session">The session.</param>
    /// <param name="frame">The frame that is about to run.</param>
    /// <param name="upgrade">JSON of <c>ctx.upgrade</c>.</param>
    public static string Of(Session session, Frame frame, string upgrade = "null")
    {
        var json = new JsonText().Open('{').Name("caller");
        switch (frame.Caller)
        {
            case FrameCaller.Contract:
                json.Open('{').Name("kind").Text("contract").Name("contract").Text(session.Frames[^1].Name).Close('}');
                break;
            case FrameCaller.Schedule:
                json.Open('{').Name("kind").Text("schedule").Close('}');
                break;
            default:
                WriteOrigin(json, session);
                break;
        }

        json.Name("origin");
        WriteOrigin(json, session);
        return json
            .Name("txId").Text(session.Id.ToString())
            .Name("height").Number(session.Height.Value)
            .Name("time").Number(session.Time.UnixMilliseconds)
            .Name("contract").Text(frame.Name)
            .Name("version").Number(frame.Record.Version)
            .Name("upgrade").Raw(upgrade)
            .Close('}').ToString();
    }

    private static void WriteOrigin(JsonText json, Session session)
    {
        if (session.Origin is not { } member)
        {
            json.Raw("null");
            return;
        }

        json.Open('{').Name("kind").Text("member").Name("member").Text(member.Id)
            .Name("key").Text(session.Key?.ToString()).Name("roles").Open('[');
        foreach (var role in member.Roles) json.Text(role);
        json.Close(']').Name("attributes").Open('{').Name("name").Text(member.Name)
            .Name("keyLabel").Text(LabelOf(member, session)).Close('}').Close('}');
    }

    private static string LabelOf(Member member, Session session)
    {
        foreach (var key in member.Keys)
        {
            if (key.Key.Id == session.Key) return key.Label;
        }

        return "";
    }
}
