using Ledger.Cli.Output;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;

namespace Ledger.Cli.Validators;

/// <summary>Reads and writes the files with which members agree on a change of the validators.</summary>
internal static class ChangeFile
{
    /// <summary>Reads a change.</summary>
    public static ValidatorChangeBody Read(string path, Genesis genesis)
    {
        var bytes = InputFiles.Read(path, ValidatorChangeJson.MaxBytes, "change of validators");
        if (!ValidatorChangeJson.TryParse(bytes, genesis.Suite, out var body, out var error))
            throw new CliException(ExitCodes.Input, $"{path} is not a change of validators: {error}");
        return body.Change.Channel == genesis.Channel
            ? body
            : throw new CliException(
                ExitCodes.Input, $"{path} is for channel {body.Change.Channel}, not {genesis.Channel}");
    }

    /// <summary>Reads a newcomer's claim and checks that its own key signed it for this channel.</summary>
    public static (Validator Validator, byte[] Claim) ReadClaim(string path, Genesis genesis)
    {
        var bytes = InputFiles.Read(path, ValidatorChangeJson.MaxBytes, "claim of a validator");
        if (!ValidatorChangeJson.TryParseClaim(
            bytes, genesis.Suite, out var channel, out var validator, out var claim, out var error))
        {
            throw new CliException(ExitCodes.Input, $"{path} is not a claim of a validator: {error}");
        }

        return channel == genesis.Channel && ValidatorClaim.IsSigned(genesis.Channel, validator, claim, genesis.Suite)
            ? (validator, claim)
            : throw new CliException(
                ExitCodes.Input, $"{path} is not signed by the validator's own key for this channel");
    }

    /// <summary>Writes a change.</summary>
    public static void Write(string path, ValidatorChangeBody body) =>
        OutputFile.Write(path, ValidatorChangeJson.Write(body));

    /// <summary>A validator by its key in hexadecimal, or by its member when that has one only.</summary>
    public static Validator Find(ValidatorSet set, string keyOrMember)
    {
        var found = set.Validators
            .Where(v => v.Member == keyOrMember || Convert.ToHexStringLower(v.Key.Encoded) == keyOrMember)
            .ToList();
        return found.Count == 1
            ? found[0]
            : throw new CliException(
                ExitCodes.Usage,
                found.Count == 0
                    ? $"'{keyOrMember}' is neither a member with a validator nor a validator's key in epoch "
                        + $"{set.Epoch}; see: ledger status --json"
                    : $"member '{keyOrMember}' has {found.Count} validators; name one by its key");
    }

    /// <summary>Which member a key approves for; null when it cannot.</summary>
    public static string? ApproverOf(KeyId key, Genesis genesis) =>
        genesis.Members.FirstOrDefault(m => m.Keys.Any(
            k => k.Key.Id == key && k.Label == ValidatorChangeRules.AdministratorLabel))?.Id;
}
