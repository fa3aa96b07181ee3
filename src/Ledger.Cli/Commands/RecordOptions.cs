using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Evidence;
using Ledger.Core.Evidence.Catalogue;
using Ledger.Core.Membership;

namespace Ledger.Cli.Commands;

/// <summary>
/// The options from which commands make one record. What is left out is filled in where the catalogue allows it.
/// </summary>
internal sealed class RecordOptions(string? fixedType = null, string? fixedAction = null)
{
    private readonly Option<string> _type = new("--type")
    {
        Description = "Type of evidence, such as pre-trade.file-registration; docs/spec/evidence.md lists them.",
        Required = true,
        HelpName = "type",
    };

    private readonly Option<string> _subject = new("--subject")
    {
        Description =
            "Business key whose timeline the evidence belongs to: an authorisation, a product, an order, a vehicle.",
        Required = true,
        HelpName = "key",
    };

    private readonly Option<string?> _action = new("--action")
    {
        Description = "What was done. Left out: 'submit' where the type has it, else the type's first action.",
        HelpName = "action",
    };

    private readonly Option<string?> _role = new("--role")
    {
        Description = "Role in which it was done. Left out: the first role of the type that your organisation holds.",
        HelpName = "role",
    };

    private readonly Option<string?> _actor = new("--actor")
    {
        Description = "Who acted. Left out: the label of your key.",
        HelpName = "name",
    };

    private readonly Option<string[]> _attributes = new("--attr")
    {
        Description = "Attribute of the record; give it once for each. Keys of your own begin with x-.",
        HelpName = "key=value",
    };

    private readonly Option<string[]> _links = new("--link")
    {
        Description = "Id of earlier evidence that this builds on; give it once for each.",
        HelpName = "id",
    };

    private readonly Option<string?> _occurredAt = new("--occurred-at")
    {
        Description = "When it happened, in ISO 8601 with an offset. Left out: not said; the time of recording is "
            + "certified anyway.",
        HelpName = "time",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _type.CompletionSources.Add(_ => EvidenceCatalogue.All.Select(t => new CompletionItem(t.Code)));
        if (fixedType is null) command.Add(_type);
        if (fixedAction is null) command.Add(_action);
        foreach (var option in new Option[] { _subject, _role, _actor, _attributes, _links, _occurredAt })
            command.Add(option);
        // The subject is needed only by those that always anchor.
        if (fixedType is not null) _subject.Required = false;
    }

    /// <summary>The files whose digests the record carries.</summary>
    public static Argument<string[]> FilesArgument() => new("file")
    {
        Description = "Files to anchor. Only their digests are sent; the files stay here.",
        Arity = new ArgumentArity(0, EvidenceLimits.Digests),
    };

    /// <summary>The digests of files, in the channel's hash.</summary>
    /// <exception cref="CliException">One of them cannot be read.</exception>
    public static EvidenceDigest[] DigestsOf(CliHost host, string[]? files, Genesis genesis) =>
        [.. (files ?? []).Select(file => DigestOf(host.Resolve(file), genesis))];

    /// <summary>The subject that was given, or null.</summary>
    public string? Subject(ParseResult parsed) => parsed.GetValue(_subject);

    /// <summary>
    /// Makes the record and checks it against the catalogue, so that mistakes are found before anything is sent.
    /// </summary>
    /// <exception cref="CliException">It breaks a rule of its type.</exception>
    public EvidenceRecord Build(
        ParseResult parsed,
        Member member,
        ISigner identity,
        IReadOnlyList<EvidenceDigest> digests,
        params IReadOnlyList<EvidenceAttribute> more)
    {
        var code = fixedType ?? parsed.GetRequiredValue(_type);
        var type = EvidenceCatalogue.Find(code)
            ?? throw new CliException(
                ExitCodes.Usage, $"there is no evidence type '{code}'{Suggest(code)}; docs/spec/evidence.md lists "
                    + "them");
        var record = new EvidenceRecord
        {
            Type = code,
            Subject = parsed.GetValue(_subject) ?? "",
            Actor = parsed.GetValue(_actor) ?? member.Keys.First(k => k.Key.Equals(identity.PublicKey)).Label,
            Action = fixedAction
                ?? parsed.GetValue(_action) ?? (type.Actions.Contains("submit") ? "submit" : type.Actions[0]),
            Role = parsed.GetValue(_role) ?? type.Roles.FirstOrDefault(member.HasRole) ?? type.Roles[0],
            OccurredAt = ParseTime(parsed.GetValue(_occurredAt), "--occurred-at"),
            Digests = digests,
            Attributes = [.. more, .. (parsed.GetValue(_attributes) ?? []).Select(text => Attribute(type, text))],
            Links = [.. (parsed.GetValue(_links) ?? []).Select(Link)],
        };
        try
        {
            record.Encode();
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCodes.Usage, e.Message, e);
        }

        var verdict = EvidenceCatalogue.Check(record, member);
        return verdict.IsAccepted
            ? record
            : throw new CliException(ExitCodes.Usage, verdict.Detail ?? verdict.Refusal.ToString());
    }

    /// <summary>Reads a time of the command line; 0 when it was not given.</summary>
    public static Timestamp ParseTime(string? text, string option)
    {
        if (text is null) return default;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || time.ToUnixTimeMilliseconds() <= 0)
        {
            throw new CliException(
                ExitCodes.Usage, $"{option} '{text}' is not a time such as 2026-01-31T08:00:00+08:00");
        }

        return new Timestamp((ulong)time.ToUnixTimeMilliseconds());
    }

    private static EvidenceAttribute Attribute(EvidenceType type, string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw new CliException(ExitCodes.Usage, $"--attr '{text}' is not of the form key=value");
        var (key, value) = (text[..equals], text[(equals + 1)..]);
        var kind = EvidenceCatalogue.FindAttribute(type, key)?.Kind ?? AttributeKind.Text;
        try
        {
            return kind switch
            {
                AttributeKind.Integer =>
                    EvidenceAttribute.Integer(key, long.Parse(value, CultureInfo.InvariantCulture)),
                AttributeKind.Decimal => EvidenceAttribute.Decimal(key, value),
                AttributeKind.Boolean => EvidenceAttribute.Boolean(key, bool.Parse(value)),
                AttributeKind.Time => EvidenceAttribute.Time(key, ParseTime(value, $"--attr {key}")),
                AttributeKind.Bytes => EvidenceAttribute.Bytes(key, Convert.FromHexString(value)),
                _ => EvidenceAttribute.Text(key, value),
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            throw new CliException(ExitCodes.Usage, $"--attr {key}: '{value}' is not a value of kind {kind}", e);
        }
    }

    private static EvidenceDigest DigestOf(string path, Genesis genesis)
    {
        try
        {
            var digest = FileDigest.Compute(path, genesis.Suite.Hash);
            return new EvidenceDigest(genesis.Suite.Hash.Name, digest.ToArray(), MediaTypes.OfFile(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Input, $"{path} cannot be read: {e.Message}", e);
        }
    }

    private static EvidenceId Link(string text) => EvidenceId.TryParse(text, out var id)
        ? id
        : throw new CliException(
            ExitCodes.Usage, $"--link '{text}' is not the id of evidence (64 hexadecimal digits, .N)");

    private static string Suggest(string code)
    {
        var word = code.Split('.', '-')[^1];
        var near = EvidenceCatalogue.All
            .Where(t => t.Code.Contains(word, StringComparison.OrdinalIgnoreCase)).Take(3).ToArray();
        return near.Length == 0 ? "" : $" (perhaps {string.Join(", ", near.Select(t => t.Code))})";
    }
}
