using System.Globalization;
using System.Text;
using Ledger.Contracts.Engine;
using Ledger.Contracts.Runtime.Schema;
using Ledger.Core.Contracts;
using Ledger.Core.Evidence;
using Ledger.Core.State;

namespace Ledger.Contracts.Runtime.Host;

/// <summary>
/// <c>ctx.accounts</c>. Money is conserved: for each currency, the balances add up to <c>supply/CURRENCY</c>, which issue and
/// burn alone change.
/// </summary>
internal static class AccountHost
{
    private const string MemberPrefix = "member/";
    private const string ContractPrefix = "contract/";
    private const string SupplyPrefix = "supply/";

    // The largest number of ContractMoney.MaxDigits digits.
    private static readonly UInt128 Max = UInt128.Parse(
        new string('9', ContractMoney.MaxDigits), CultureInfo.InvariantCulture);

    /// <summary>Whether a text is an account's name; the account's owner need not exist.</summary>
    public static bool IsAccount(string text) =>
        text.StartsWith(MemberPrefix, StringComparison.Ordinal)
            ? text.Length > MemberPrefix.Length && text.Length <= MemberPrefix.Length + EvidenceLimits.IdentifierBytes
            : text.StartsWith(ContractPrefix, StringComparison.Ordinal)
                && ContractLimits.IsName(text[ContractPrefix.Length..]);

    public static string Balance(Session session, in HostCall call)
    {
        call.Charge(GasSchedule.StateRead);
        return Read(session, Key(call.Text(0, "account"), Currency(call.Text(1, "currency"))))
            .ToString(CultureInfo.InvariantCulture);
    }

    public static string? Transfer(Session session, Frame frame, in HostCall call)
    {
        var own = ContractPrefix + frame.Name;
        var from = call.Optional(0) ?? own;
        var to = call.Text(1, "to");
        var currency = Currency(call.Text(2, "currency"));
        var amount = Amount(call.Text(3, "amount"));
        call.Charge((2 * (GasSchedule.StateRead + GasSchedule.StateWrite)) + GasSchedule.Member);
        RequireOwner(session, to);
        if (from != own)
        {
            if (session.Origin is not { } origin || from != MemberPrefix + origin.Id)
            {
                throw new ScriptHostException(
                    "NOT_ALLOWED", "a contract takes money from its own account, or from that of the member that signed");
            }

            if (amount > session.SpendLeft)
            {
                throw new ScriptHostException(
                    "SPEND_EXCEEDED",
                    string.Create(
                        CultureInfo.InvariantCulture, $"the transaction lets contracts take {session.SpendLeft} more"));
            }
        }

        Take(session, from, currency, amount);
        Give(session, to, currency, amount);
        if (from != own) session.SpendLeft -= amount;
        return null;
    }

    public static string? Issue(Session session, Frame frame, in HostCall call)
    {
        var to = call.Text(0, "to");
        var currency = Currency(call.Text(1, "currency"));
        var amount = Amount(call.Text(2, "amount"));
        call.Charge((2 * (GasSchedule.StateRead + GasSchedule.StateWrite)) + GasSchedule.Member);
        RequireTreasury(session, frame);
        RequireOwner(session, to);
        var supply = Read(session, SupplyPrefix + currency);
        if (amount > Max - supply) throw TooLarge();
        Write(session, SupplyPrefix + currency, supply + amount);
        Give(session, to, currency, amount);
        return null;
    }

    public static string? Burn(Session session, Frame frame, in HostCall call)
    {
        var currency = Currency(call.Text(0, "currency"));
        var amount = Amount(call.Text(1, "amount"));
        call.Charge((2 * (GasSchedule.StateRead + GasSchedule.StateWrite)) + GasSchedule.Member);
        RequireTreasury(session, frame);
        Take(session, ContractPrefix + frame.Name, currency, amount);
        Write(session, SupplyPrefix + currency, Read(session, SupplyPrefix + currency) - amount);
        return null;
    }

    private static void Take(Session session, string account, string currency, UInt128 amount)
    {
        var key = Key(account, currency);
        var balance = Read(session, key);
        if (balance < amount)
        {
            throw new ScriptHostException(
                "INSUFFICIENT_FUNDS",
                string.Create(CultureInfo.InvariantCulture, $"{account} holds {balance} {currency} and {amount} are needed"));
        }

        Write(session, key, balance - amount);
    }

    private static void Give(Session session, string account, string currency, UInt128 amount)
    {
        var key = Key(account, currency);
        var balance = Read(session, key);
        // The supply has the same bound, so this cannot be; it is checked all the same, because it is money.
        if (amount > Max - balance) throw TooLarge();
        Write(session, key, balance + amount);
    }

    // Money that nobody can ever reach is no money.
    private static void RequireOwner(Session session, string account)
    {
        var exists = IsAccount(account) && (account.StartsWith(MemberPrefix, StringComparison.Ordinal)
            ? session.Ledger.Member(account[MemberPrefix.Length..]) is not null
            : ContractStore.Read(session.Journal, account[ContractPrefix.Length..])
                is { State: not ContractState.Retired });
        if (!exists)
            throw new ScriptHostException("NO_SUCH_ACCOUNT", "an account is of a member that exists or a contract in use");
    }

    private static void RequireTreasury(Session session, Frame frame)
    {
        if (session.Ledger.Member(frame.Record.Owner)?.HasRole(session.Options.TreasuryRole) == true) return;
        throw new ScriptHostException(
            "NOT_ALLOWED",
            $"only a contract whose owner holds the role '{session.Options.TreasuryRole}' makes or destroys money");
    }

    private static UInt128 Read(Session session, string key)
    {
        if (session.Journal.Read(StateNamespaces.Accounts, Encoding.UTF8.GetBytes(key)) is not { } value) return 0;
        return UInt128.Parse(Encoding.UTF8.GetString(value.Span), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static void Write(Session session, string key, UInt128 amount) => session.Write(
        StateNamespaces.Accounts,
        Encoding.UTF8.GetBytes(key),
        amount == 0
            ? (ReadOnlyMemory<byte>?)null
            : Encoding.UTF8.GetBytes(amount.ToString(CultureInfo.InvariantCulture)));

    private static string Key(string account, string currency) =>
        IsAccount(account) && JsonRules.Utf8Of(account) is not null
            ? $"{account}/{currency}"
            : throw HostCall.Invalid("an account is member/… or contract/…");

    private static string Currency(string text) => ContractMoney.IsCurrency(text)
        ? text
        : throw HostCall.Invalid("a currency is 3 to 12 of A-Z and 0-9, beginning with a letter");

    private static UInt128 Amount(string text) => text == "0" || ContractMoney.IsAmount(text)
        ? UInt128.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : throw new ScriptHostException("INVALID_AMOUNT", "an amount is minor units: digits without a leading zero");

    private static ScriptHostException TooLarge() =>
        new("BALANCE_TOO_LARGE", $"a balance has at most {ContractMoney.MaxDigits} digits");
}
