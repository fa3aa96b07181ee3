using System.Diagnostics.CodeAnalysis;
using Ledger.Core.Blocks;
using Ledger.Core.Crypto;
using Ledger.Core.Encoding;
using Ledger.Core.Evidence;

namespace Ledger.Core.Membership;

/// <content>Reading the canonical encoding.</content>
public sealed partial class Genesis
{
    /// <summary>
    /// Decodes a genesis document and checks it as the constructor does. The error is a sentence that says what is
    /// wrong.
    /// </summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Genesis? genesis, [NotNullWhen(false)] out string? error)
    {
        genesis = null;
        var reader = new CanonicalReader(bytes);
        if (bytes.Length > MaxBytes) reader.Fail(DecodeErrorKind.TooLarge, 0);
        if (reader.UInt32(1) != FormatVersion) reader.Fail(DecodeErrorKind.BadValue, 1);
        var consortium = reader.RequiredText(2, EvidenceLimits.IdentifierBytes);
        var channel = reader.RequiredText(3, EvidenceLimits.IdentifierBytes);
        var suiteName = reader.RequiredText(4, EvidenceLimits.NameBytes);
        var created = new Timestamp(reader.UInt64(5, Timestamp.MaxUnixMilliseconds));
        var parameterBytes = reader.Message(6, MaxBytes);
        var validatorBytes = reader.Message(7, ValidatorSet.MaxBytes);
        if (!reader.Ok) return Refuse(reader.Error, out error);
        if (!CryptoSuites.TryGet(suiteName, out var suite))
        {
            error = $"genesis: this version knows no suite '{suiteName}'";
            return false;
        }

        var parameters = ChannelParameters.Read(parameterBytes, out var inner);
        if (inner.Kind != DecodeErrorKind.None) return Refuse(inner, out error);
        if (!ValidatorSet.TryDecode(validatorBytes, suite, out var validators, out inner))
            return Refuse(inner, out error);
        var members = ReadMembers(ref reader, suite);
        var observers = ReadObservers(ref reader, suite);
        if (!reader.End()) return Refuse(reader.Error, out error);
        return TryCreate(
            consortium, channel, suite, created, parameters, validators, members, observers, out genesis, out error);
    }

    /// <summary>Creates a document unless something in it contradicts itself; the error says what.</summary>
    internal static bool TryCreate(
        string consortium,
        string channelName,
        CryptoSuite suite,
        Timestamp created,
        ChannelParameters parameters,
        ValidatorSet validators,
        IReadOnlyList<Member> members,
        IReadOnlyList<Observer> observers,
        [NotNullWhen(true)] out Genesis? genesis,
        [NotNullWhen(false)] out string? error)
    {
        try
        {
            genesis = new Genesis(consortium, channelName, suite, created, parameters, validators, members, observers);
            error = null;
            return true;
        }
        catch (ArgumentException e)
        {
            genesis = null;
            error = e.Message;
            return false;
        }
    }

    private static List<Member> ReadMembers(ref CanonicalReader reader, CryptoSuite suite)
    {
        var members = new List<Member>();
        while (reader.IsNext(8))
        {
            var bytes = reader.Message(8, Member.MaxBytes);
            if (!reader.Ok) break;
            if (!Member.TryDecode(bytes, suite, out var member, out var error)) reader.Fail(error.Kind, 8);
            else if (members.Count == MaxMembers) reader.Fail(DecodeErrorKind.TooLarge, 8);
            else members.Add(member);
        }

        return members;
    }

    private static List<Observer> ReadObservers(ref CanonicalReader reader, CryptoSuite suite)
    {
        var observers = new List<Observer>();
        while (reader.IsNext(9))
        {
            if (Observer.Read(ref reader, 9, suite) is not { } observer) break;
            if (observers.Count == MaxObservers) reader.Fail(DecodeErrorKind.TooLarge, 9);
            else observers.Add(observer);
        }

        return observers;
    }

    private static bool Refuse(DecodeError cause, out string error)
    {
        error = $"genesis: {cause}";
        return false;
    }
}
