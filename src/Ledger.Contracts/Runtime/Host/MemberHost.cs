namespace Ledger.Contracts.Runtime.Host;

/// <summary><c>ctx.members</c>.</summary>
internal static class MemberHost
{
    public static string Get(Session session, in HostCall call)
    {
        call.Charge(GasSchedule.Member);
        if (session.Ledger.Member(call.Text(0, "id")) is not { } member) return "null";
        var json = new JsonText().Open('{').Name("id").Text(member.Id).Name("name").Text(member.Name)
            .Name("roles").Open('[');
        foreach (var role in member.Roles) json.Text(role);
        return json.Close(']').Close('}').ToString();
    }

    public static string Role(Session session, in HostCall call)
    {
        call.Charge(GasSchedule.Member);
        var role = call.Text(1, "role");
        return session.Ledger.Member(call.Text(0, "id"))?.HasRole(role) == true ? "true" : "false";
    }
}
