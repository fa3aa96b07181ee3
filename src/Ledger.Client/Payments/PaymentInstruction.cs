namespace Ledger.Client.Payments;

/// <summary>One payment that settlement instructed.</summary>
/// <param name="Id">Its business key in settlement, which comes back with the evidence that it was made.</param>
/// <param name="Payer">The member that pays.</param>
/// <param name="Payee">Who is paid: a member, or another party that the payer's office knows.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="MinorUnits">The amount in minor units, above 0.</param>
/// <param name="Reason">What it is for.</param>
public sealed record PaymentInstruction(
    string Id, string Payer, string Payee, string Currency, UInt128 MinorUnits, string Reason);
