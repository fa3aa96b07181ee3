using System.Globalization;
using Ledger.Cli.Nodes;
using Ledger.Core.Api.V1;
using Ledger.Core.Blocks;
using Ledger.Core.Membership;

namespace Ledger.Cli.Doctor;

/// <summary>What running nodes say of themselves and of each other. Pure: answers in, findings out.</summary>
internal static class NodeChecks
{
    // What a network's delays and NTP explain.
    private const long SmallOffsetMilliseconds = 1000;

    // A block is certified some milliseconds after it is executed; so many apart is no coincidence of asking.
    private const ulong FarBehind = 20;

    /// <summary>Everything that can be told from the answers.</summary>
    public static IEnumerable<Finding> Check(NodeAnswer[] answers, Genesis? genesis)
    {
        foreach (var answer in answers)
            foreach (var finding in One(answer, genesis)) yield return finding;
        var up = answers.Where(a => a.Status is not null).ToArray();
        if (up.Length == 0) yield break;
        foreach (var finding in Versions(up)) yield return finding;
        foreach (var finding in Heights(up)) yield return finding;
        foreach (var finding in Quorum(up)) yield return finding;
    }

    private static IEnumerable<Finding> One(NodeAnswer answer, Genesis? genesis)
    {
        if (answer.Status is not { } status)
        {
            yield return Finding.Fail(
                "node", $"{answer.Address} does not answer: {answer.Problem}",
                "start it ('ledger up DIR'), or correct its address; its log says why it ended");
            yield break;
        }

        if (answer.RemovedIn is { } epoch)
        {
            yield return Finding.Warn(
                "node",
                string.Create(CultureInfo.InvariantCulture, $"{answer.Address} is no validator of epoch {epoch} any more"),
                "stop it, and move its folder away when nobody reads from it");
            yield break;
        }

        yield return status.Ready
            ? Finding.Ok("node", $"{answer.Address} is ready")
            : Finding.Fail(
                "node", $"{answer.Address} is not ready: {status.NotReadyReason}",
                "docs/guide/operator/troubleshooting.md has the reason");
        if (genesis is not null) yield return Channel(answer, status, genesis);
        yield return Clock(answer, status, genesis);
        foreach (var finding in Peers(answer, status)) yield return finding;
    }

    private static Finding Channel(NodeAnswer answer, NodeStatus status, Genesis genesis) =>
        genesis.Channel.Value.AsSpan().SequenceEqual(status.Channel.Span)
            ? Finding.Ok("genesis", $"{answer.Address} serves this genesis' channel")
            : Finding.Fail(
                "genesis",
                $"{answer.Address} serves channel {Convert.ToHexStringLower(status.Channel.Span)}; this genesis is of "
                    + $"{genesis.Channel}",
                "somebody has another genesis.json: compare the channel id with the other members by telephone");

    private static Finding Clock(NodeAnswer answer, NodeStatus status, Genesis? genesis)
    {
        var most = (long)(genesis?.Parameters.MaxClockDriftMilliseconds ?? 10_000);
        // Against the validators' median where the node knows it, else against this machine.
        var own = !status.HasClockOffsetMs;
        // No clock is further off than the last moment that there is; what a node claims can be any number.
        const long Furthest = (long)Timestamp.MaxUnixMilliseconds;
        var offset = own
            ? (long)Math.Min(status.TimeMs, Timestamp.MaxUnixMilliseconds) - answer.AskedAt.ToUnixTimeMilliseconds()
            : Math.Clamp(status.ClockOffsetMs, -Furthest, Furthest);
        var (seconds, reference) = (offset / 1000.0, own ? "this machine" : "the validators' median");
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{answer.Address}: its clock is {seconds:+0.0;-0.0;0.0} s from {reference}");
        const string Advice = "set that machine's clock and run NTP; the node needs no restart";
        if (Math.Abs(offset) >= most) return Finding.Fail("clock", text, Advice);
        return Math.Abs(offset) > SmallOffsetMilliseconds
            ? Finding.Warn("clock", text, Advice)
            : Finding.Ok("clock", text);
    }

    private static IEnumerable<Finding> Peers(NodeAnswer answer, NodeStatus status)
    {
        if (status.Peers.Count == 0) yield break;
        var away = status.Peers.Where(p => !p.Connected).Select(p => $"{p.Member} ({p.Address})").ToArray();
        yield return away.Length == 0
            ? Finding.Ok("peers", $"{answer.Address} is connected to all {status.Peers.Count} peers")
            : Finding.Warn(
                "peers", $"{answer.Address} is not connected to {string.Join(", ", away)}",
                "is that node up, its address in genesis right, its peer port open in the firewall, both ways?");
    }

    private static IEnumerable<Finding> Versions(NodeAnswer[] up)
    {
        var versions = up.Select(a => a.Status!.SoftwareVersion).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (versions.Length > 1)
        {
            yield return Finding.Warn(
                "version", $"the nodes run different versions: {string.Join(", ", versions)}",
                "finish the upgrade: one node at a time, as the release notes say");
        }
        else
        {
            yield return Finding.Ok("version", $"all nodes run {versions[0]}");
        }
    }

    private static IEnumerable<Finding> Heights(NodeAnswer[] up)
    {
        var highest = up.Max(a => a.Status!.CertifiedHeight);
        var behind = up.Where(a => highest - a.Status!.CertifiedHeight > FarBehind).ToArray();
        foreach (var answer in behind)
        {
            yield return Finding.Warn(
                "height", $"{answer.Address} is {highest - answer.Status!.CertifiedHeight} blocks behind",
                "wait while it catches up; if the number does not shrink: its log, its disk, its connections");
        }

        if (behind.Length == 0) yield return Finding.Ok("height", $"all nodes are at block {highest} or close to it");
        var epochs = up.Select(a => a.Status!.Epoch).Distinct().ToArray();
        if (epochs.Length > 1)
        {
            yield return Finding.Warn(
                "height", $"the nodes are in different epochs: {string.Join(", ", epochs.Order())}",
                "wait while they catch up; a removed validator stays where it is");
        }
    }

    private static IEnumerable<Finding> Quorum(NodeAnswer[] up)
    {
        var validators = up.Where(a => a.Status!.Role == "validator").ToArray();
        if (validators.Length == 0) yield break;
        var newest = validators.MaxBy(a => a.Status!.Epoch)!.Status!;
        var ready = validators.Count(a => a.Status!.Ready);
        // Endpoints of some validators only are no fault; those that are missing may be well.
        if (validators.Length < newest.Validators.Count && ready < newest.Quorum)
        {
            yield return Finding.Warn(
                "quorum", $"{ready} of the {validators.Length} validators that were asked are ready; {newest.Quorum} are "
                    + "needed", "give the addresses of all validators, or bring them back");
        }
        else if (ready < newest.Quorum)
        {
            yield return Finding.Fail(
                "quorum", $"{ready} validators are ready; {newest.Quorum} are needed",
                "bring validators back: nothing is recorded until then");
        }
        else
        {
            var spare = ready - (int)newest.Quorum;
            var text = $"{ready} validators are ready, {newest.Quorum} are needed";
            yield return spare > 0 || newest.FaultsTolerated == 0
                ? Finding.Ok("quorum", text)
                : Finding.Warn("quorum", text, "bring the others back: one more that fails stops the channel");
        }
    }
}
