namespace Ledger.Client.Payments;

/// <summary>The forms of ISO 20022 payment files that banks take.</summary>
public enum PaymentForm
{
    /// <summary><c>pain.001.001.09</c>, of 2019: what new agreements with banks name.</summary>
    Pain00100109,

    /// <summary><c>pain.001.001.03</c>, of 2009: what many banks still take.</summary>
    Pain00100103,
}
